import { eachAtOnce } from './eachAtOnce';

it('does everything once, never more at a time than wanted', async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 20 }, (_, index) => index);
  await eachAtOnce(items, 3, async (item) => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running -= 1;
    done.push(item);
  });
  expect(done.sort((one, other) => one - other)).toEqual(items);
  expect(most).toBe(3);
});

it('fails with what went wrong', async () => {
  await expect(eachAtOnce([1, 2], 2, (item) => Promise.reject(new Error(`item ${item}`)))).rejects.toThrow('item 1');
});
