import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { ifExists, NO_IMAGE } from '../aws/errors.ts';
import { isDeprecated } from '../aws/images.ts';
import type { OperatingSystem } from '../parameters/ami-build.ts';
import type { Resolved } from '../parameters/settings.ts';
import { type Inquiry, usable, wrong } from './inquiry.ts';

export interface BaseImage {
  id: string;
  name: string;
  /** As EC2 gives it: ISO 8601. */
  createdAt: string;
  /** Where its id comes from: a parameter, or `ssm: NAME`. */
  source: string;
}

/** Finds the image to build on: `ami_id`, else what the SSM parameter of `ami_ref` holds. It has to fit `arch`. */
export async function lookUpBaseImage(
  inquiry: Inquiry,
  system: OperatingSystem | undefined,
): Promise<BaseImage | undefined> {
  const given = usable(inquiry, 'ami_id');
  const parameter = given ? 'ami_id' : 'ami_ref';
  const id = given ?? (await fromParameterStore(inquiry, system));
  if (!id) return undefined;
  const answer = await ifExists(NO_IMAGE, inquiry.aws.ec2.send(new DescribeImagesCommand({ ImageIds: [id.value] })));
  const image = answer?.Images?.[0];
  const arch = usable(inquiry, 'arch')?.value;
  if (image?.State !== 'available') {
    const message = image ? `is ${image.State}` : `does not exist in ${inquiry.settings.get('region')?.value}`;
    wrong(inquiry, parameter, id, message, 'Name an image that is available in this region.');
    return undefined;
  }
  if (arch && image.Architecture !== arch) {
    const fix = `Say arch=${image.Architecture}, or name another image.`;
    wrong(inquiry, parameter, id, `is an image for ${image.Architecture}, not ${arch}`, fix);
  }
  if (image.DeprecationTime && isDeprecated({ deprecatedAt: image.DeprecationTime }, new Date())) {
    inquiry.notes.push(`The base image ${id.value} has been deprecated since ${image.DeprecationTime.slice(0, 10)}.`);
  }
  return { id: id.value, name: image.Name ?? '', createdAt: image.CreationDate ?? '', source: id.source };
}

async function fromParameterStore(inquiry: Inquiry, system?: OperatingSystem): Promise<Resolved | undefined> {
  const ref = usable(inquiry, 'ami_ref');
  if (!ref || !system) return undefined;
  const name = `${system.ami_ref_path}/${ref.value}`;
  const found = await ifExists(['ParameterNotFound'], inquiry.aws.ssm.send(new GetParameterCommand({ Name: name })));
  const value = found?.Parameter?.Value;
  if (value) return { value, source: `ssm: ${name}` };
  const fix = 'Check ami_ref, os and arch, or name a base image with ami_id.';
  wrong(inquiry, 'ami_ref', ref, `there is no SSM parameter ${name}`, fix);
  return undefined;
}
