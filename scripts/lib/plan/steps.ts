/** The steps of a build, in order, and what each does. `make ami` runs them, `make plan` names them. */
export const STEPS = {
  'look up': 'reads what the user said, asks AWS the few questions that it must answer, and refuses what is wrong',
  plan: 'decides everything else, as plain data',
  sync: 'uploads what comes from outside to S3, as far as it differs',
  stage: "lays the operating system's layer over the common one, and packs the tarball for the build instance",
  packer: 'runs packer: launches the build instance, provisions it, and makes the image',
  finish: 'does what the template can not say, and reads the image back',
} as const;

export type Step = keyof typeof STEPS;
