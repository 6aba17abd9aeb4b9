/** What became known of a build while packer ran; needed to find what it may leave behind. */
export interface PackerRun {
  log: string;
  instanceId?: string;
  address?: string;
  roleName?: string;
  /** Sealing is done: nobody can log in to the instance any more, and it is ready to become the image. */
  sealed?: boolean;
}
