import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../apiserver/ObjectStore';

/** The objects of a YAML file, one per document. Throws with the file's name when it is not valid YAML. */
export function readManifests(path: string): KubeObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).flatMap((document) => {
    if (document.errors.length) throw new Error(`${path}: ${document.errors[0].message}`);
    const object = document.toJS();
    return object ? [object] : [];
  });
}
