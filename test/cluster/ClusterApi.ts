import { get as getHttp } from 'node:http';
import { request } from 'node:https';

/** What the parts of a control plane are set up and asked with: the API by path, JSON in and out. */
export class ClusterApi {
  constructor(private readonly options: { url: string; certificates: () => string; token: string }) {}

  /** Whether a URL answers with 200. */
  static answers(url: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      getHttp(url, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on('error', reject);
    });
  }

  async isReady(): Promise<boolean> {
    return (await this.send('GET', '/readyz')).status === 200;
  }

  /** Text of any path, such as /metrics. @throws Error with the status when it is not 2xx */
  async text(path: string): Promise<string> {
    return this.ok('GET', path);
  }

  /** @throws Error with what the server said when it is not 2xx */
  async get(path: string): Promise<any> {
    return JSON.parse(await this.ok('GET', path));
  }

  /** @throws Error with what the server said when it is not 2xx */
  async create(path: string, object: unknown): Promise<any> {
    return JSON.parse(await this.ok('POST', path, object));
  }

  async hasReadyNode(): Promise<boolean> {
    const { items } = await this.get('/api/v1/nodes');
    return items.some((node: { status?: { conditions?: { type: string; status: string }[] } }) =>
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
  }

  private async ok(method: string, path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.send(method, path, body);
    if (status < 200 || status > 299) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
    return text;
  }

  private send(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const { url, certificates, token } = this.options;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, headers, ca: certificates(), agent: false, timeout: 10_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} took longer than 10 s`)));
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
