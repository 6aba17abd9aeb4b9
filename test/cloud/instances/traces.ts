import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What there is of a cloud on this host, for tests that nothing of it is left. */
export interface Traces {
  mounts: string[];
  processes: string[];
  controlGroups: string[];
}

/**
 * Looks for mounts that name the cloud's folder, for processes that name it or are in one of its network namespaces
 * (`net:[4026531840]`, as /proc/PID/ns/net has them), and for control groups of its machines.
 */
export function tracesOf(folder: string, instanceIds: string[], namespaces: string[] = []): Traces {
  const processes = readdirSync('/proc').filter(entry => /^\d+$/.test(entry) && entry !== String(process.pid));
  return {
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter(line => line.includes(folder)),
    processes: processes.flatMap(id => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const ours = command.includes(folder) || namespaces.includes(readlinkSync(`/proc/${id}/ns/net`));
        return ours ? [`${id} ${command}`] : [];
      } catch {
        return []; // it ended meanwhile
      }
    }),
    controlGroups: ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd']
      .flatMap(hierarchy => instanceIds.map(instanceId => `${hierarchy}/lava-cloud-${instanceId}`))
      .filter(existsSync),
  };
}
