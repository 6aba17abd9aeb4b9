import { describe, expect, it } from 'vitest';
import { readAmiBuild } from './ami-build.ts';
import { beyondLimits } from './limits.ts';
import type { Settings } from './settings.ts';

const amiBuild = readAmiBuild();

function problemsOf(values: Record<string, string>): string[] {
  const settings: Settings = new Map(
    Object.entries(values).map(([name, value]) => [name, { value, source: 'command line' }]),
  );
  return beyondLimits(settings, amiBuild).map(
    ({ parameter, value, message, fix }) => `${parameter} ${value}: ${message}. ${fix}`,
  );
}

const ODBC =
  "os amzn2: can't have the component odbc: FreeTDS is not in its repositories (only EPEL had it, which ended on 2024-06-30). ";
const PYTHON =
  "can't be compiled whole on amzn2: its SQLite, 3.7.17, is older than the 3.15.2 that Python needs from 3.13 on. Use one below 3.13, or another os.";
const RELEASE = 'is for amzn2023 only: the repositories of';

describe('what an operating system can not give', () => {
  it.each<[Record<string, string>, string[]]>([
    [{ os: 'amzn2' }, [`${ODBC}Leave it out: skip=odbc`]],
    [{ os: 'amzn2', skip: 'oracle' }, [`${ODBC}Leave it out: skip=odbc,oracle`]],
    [{ os: 'amzn2', skip: 'odbc' }, []],
    [{ os: 'amzn2', skip: 'odbc', python_version: '3.12.11' }, []],
    [{ os: 'amzn2', skip: 'odbc', python_version: '3.13.0' }, [`python_version 3.13.0: ${PYTHON}`]],
    [{ os: 'amzn2', skip: 'odbc', python_version: '3.14.1' }, [`python_version 3.14.1: ${PYTHON}`]],
    [{ os: 'amzn2', skip: 'odbc', python_version: 'three' }, []],
    [
      { os: 'amzn2', skip: 'odbc', releasever: '2023.9.20251105' },
      [`releasever 2023.9.20251105: ${RELEASE} amzn2 have no releases to choose from. Leave it out.`],
    ],
    [
      { os: 'debian12', releasever: '2023.9.20251105' },
      [`releasever 2023.9.20251105: ${RELEASE} debian12 have no releases to choose from. Leave it out.`],
    ],
    [{ os: 'amzn2023', releasever: '2023.9.20251105', python_version: '3.14.1' }, []],
    [{ os: 'debian12', python_version: '3.14.1', releasever: '' }, []],
    [{ os: 'solaris' }, []],
    [{}, []],
  ])('%j', (values, problems) => expect(problemsOf(values)).toEqual(problems));
});
