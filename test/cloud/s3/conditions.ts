import { Fault } from '../service.ts';
import { noSuchKey } from './s3-fault.ts';
import type { StoredObject } from './stored-object.ts';

type Headers = Record<string, string | undefined>;

/** What a conditional read comes to: the object, or `not modified` (304). Throws PreconditionFailed. */
export function checkReadConditions(object: StoredObject, headers: Headers): 'send' | 'not modified' {
  const modified = Date.parse(object.lastModified);
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  const since = (name: string) => Date.parse(headers[name] ?? '');
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (modified > since('if-unmodified-since')) throw preconditionFailed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, object.etag) ? 'not modified' : 'send';
  return modified <= since('if-modified-since') ? 'not modified' : 'send';
}

/** Conditions on the source of a copy: the same, but each failure is PreconditionFailed. */
export function checkCopyConditions(source: StoredObject, headers: Headers): void {
  const names = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
  const own = Object.fromEntries(names.map(name => [name, headers[`x-amz-copy-source-${name}`]]));
  if (checkReadConditions(source, own) === 'not modified') throw preconditionFailed('x-amz-copy-source-If-None-Match');
}

/** Conditions on what a write would replace. Throws PreconditionFailed, or NoSuchKey for If-Match on nothing. */
export function checkWriteConditions(key: string, current: StoredObject | undefined, headers: Headers): void {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch !== undefined) {
    if (current === undefined) throw noSuchKey(key);
    if (!matchesEtag(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  }
  if (ifNoneMatch === undefined) return;
  if (ifNoneMatch !== '*') throw new Fault('NotImplemented', 'If-None-Match of a write can only be *.', 501);
  if (current !== undefined) throw preconditionFailed('If-None-Match');
}

function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some(candidate => {
    const plain = candidate.trim().replace(/^"(.*)"$/, '$1');
    return plain === '*' || plain === etag;
  });
}

function preconditionFailed(condition: string): Fault {
  return new Fault(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
    412,
  );
}
