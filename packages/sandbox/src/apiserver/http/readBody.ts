import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { ApiError, badRequest, unsupportedMediaType } from '../ApiError';
import { isRecord } from '../json';
import type { KubeObject } from '../ObjectStore';
import { ProtobufReader } from '../proto/ProtobufReader';

const largest = 3 * 1024 * 1024;

/** The whole body of a request; 413 beyond 3 MiB, as a real API server has it. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largest) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${largest}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The object in a body: JSON, YAML, or protobuf, which `kubectl create` sends for built-in kinds. */
export function parseObject(body: Buffer, contentType: string): KubeObject {
  const media = contentType.split(';')[0].trim();
  if (media === 'application/vnd.kubernetes.protobuf') {
    return new ProtobufReader().read(body);
  }
  if (media !== '' && media !== 'application/json' && media !== 'application/yaml') {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
    );
  }
  const value = parseJsonOrYaml(body, media !== 'application/yaml');
  if (!isRecord(value)) {
    throw badRequest('the object provided is unrecognized: the body must be a JSON object with apiVersion and kind');
  }
  return value as KubeObject;
}

/** Any JSON value in a body, or a YAML one. 400 when it cannot be read. */
export function parseJsonOrYaml(body: Buffer, json: boolean): unknown {
  try {
    return json ? JSON.parse(body.toString('utf8')) : parse(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`the body of the request cannot be read as ${json ? 'JSON' : 'YAML'}: ${(error as Error).message}`);
  }
}
