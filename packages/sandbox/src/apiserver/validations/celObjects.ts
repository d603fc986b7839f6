/** What rules see of an object with declared properties: those that it has, by the names that rules know them by. */
export type CelObject = Record<string, unknown>;

/** A class of objects; the CEL library knows the type of an object by its class. */
export type CelObjectClass = new () => CelObject;

/** A new class whose objects inherit nothing, so that `self.toString` is as missing as any field. */
export function celObjectClass(): CelObjectClass {
  const Objects = class {} as unknown as CelObjectClass;
  Object.setPrototypeOf(Objects.prototype, null);
  return Objects;
}
