/** What EC2 needs to know of a machine in order to run it. */
export interface Machine {
  instanceId: string;
  /** Root file system, lowest layer first; the machine writes into a layer of its own above them. */
  layers: string[];
  privateIp: string;
  /** A loopback address whose port 22 leads to the machine; absent for machines without a public address. */
  publicIp?: string;
}

/** While a machine was down, somebody else on this host took its public address. */
export class AddressTaken extends Error {}

/**
 * The machines behind instances: systemd containers with a network of their own.
 * Every call is safe to repeat; a machine that is already as asked is left alone.
 */
export interface WantedAddresses {
  /** The first three numbers of the subnet's addresses: `10.77.0`. */
  network: string;
  isPublic: boolean;
  /** Those that are taken. */
  privateIps: string[];
  publicIps: string[];
}

export type DownListener = (instanceId: string, how: 'shut itself down' | 'broke down') => void;

export interface Machines {
  /** Starts what all machines share (network, gateway, IMDS, DNS) and takes in what an earlier run left behind. */
  start(): Promise<void>;
  /** Ends everything that start() and boot() began. Machines stop; their disks stay. */
  stop(): Promise<void>;
  /**
   * Boots a machine, creating its disk and network where they are missing. Resolves once the container runs. Throws
   * AddressTaken when it needs another public address.
   */
  boot(machine: Machine): Promise<void>;
  /** Restarts the operating system, as the power button would. */
  reboot(instanceId: string): Promise<void>;
  /** Shuts the operating system down; resolves when it is down. `force` pulls the plug. */
  halt(instanceId: string, options?: { force?: boolean }): Promise<void>;
  /** Halts the machine and removes its disk and network. */
  destroy(instanceId: string): Promise<void>;
  /** Keeps the machine's own layer as a folder (an image's topmost layer); the machine may be running or halted. */
  snapshot(instanceId: string, folder: string): Promise<void>;
  /** What the machine printed on its console since it was created, still there after it was destroyed. */
  console(instanceId: string): Promise<string>;
  /** True when the operating system has finished booting and ssh answers. */
  isUp(instanceId: string): Promise<boolean>;
  /** Machines that are running now. */
  running(): string[];
  /** Called when a machine went down by itself (shutdown -h) or broke down, not when halt() or destroy() did it. */
  onDown(listener: DownListener): void;
  /** Addresses that no machine has: private in the subnet, and if wanted public on loopback (free on this host). */
  allocate(wanted: WantedAddresses): Promise<{ privateIp: string; publicIp?: string }>;
}
