import { run } from '../instances/run.ts';

/**
 * Runs a program that mounts things and starts processes of its own: none of them outlives it, nor this process, not
 * even when that is killed. Otherwise what is left mounted would be emptied when a half-made image is removed.
 */
export function runContained(...command: string[]): Promise<string> {
  const namespaces = ['unshare', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  // What runs in another root has no use for our folder for temporary files.
  return run('setpriv', '--pdeathsig', 'KILL', ...namespaces, '--', 'env', '--unset=TMPDIR', ...command);
}
