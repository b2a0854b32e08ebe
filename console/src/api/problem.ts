/** What the server says when it does not do something: RFC 9457, with the refusals of governance. */
import type { components } from './schema';

type Wire = components['schemas']['Problem'];
export type Refusal = components['schemas']['Refusal'];

/** Anything that went wrong with a request, in the form in which screens show it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly refusals: Refusal[];
  readonly wire: Partial<Wire>;

  constructor(status: number, wire: Partial<Wire>) {
    super(wire.detail ?? wire.title ?? `status ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = wire.code ?? 'unknown';
    this.title = wire.title ?? '';
    this.refusals = wire.refusals ?? [];
    this.wire = wire;
  }

  /** The server did not answer at all. */
  static unreachable(): Problem {
    return new Problem(0, { code: 'unreachable' });
  }

  /** Nobody is signed in, or not any more. */
  get signedOut(): boolean {
    return this.status === 401;
  }

  /** Trying again may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export function problemOf(body: unknown, response: Response): Problem {
  const wire = typeof body === 'object' && body !== null ? (body as Partial<Wire>) : {};
  return new Problem(response.status, wire);
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, { code: 'console', detail: error instanceof Error ? error.message : String(error) });
}
