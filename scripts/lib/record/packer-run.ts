/** What became known of a build while packer ran; needed to find what it may leave behind. */
export interface PackerRun {
  log: string;
  /** The build instance: as packer named it before anything ran on it, then as EC2 knows it. */
  instanceId?: string;
  address?: string;
  /** Of the temporary role, as packer named it before anything ran on the instance. */
  roleName?: string;
  /** The images that EC2 showed to be made of the build instance, before packer removed them. */
  firstImageIds?: string[];
  /** Sealing is done: nobody can log in to the instance any more, and it is ready to become the image. */
  sealed?: boolean;
}
