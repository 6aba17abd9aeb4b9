import { checkReferences } from './check-references.ts';
import { checkDeclarations } from './parameters.ts';
import { parse } from './parse.ts';
import { type Block, formatError, isBlock, type ResourceBlock, type Template, textOf, type Value } from './template.ts';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
];
const ATTRIBUTES = [
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
];

/** Reads a template and checks its form. Throws ValidationError, as CloudFormation words it. */
export function readTemplate(body: string): Template {
  const root = parse(body);
  if (!isBlock(root)) throw formatError('unsupported structure.');
  const unknown = Object.keys(root).filter(name => !SECTIONS.includes(name));
  if (unknown.length > 0) throw formatError(`Invalid template property or properties [${unknown.join(', ')}]`);
  const version = textOf(root.AWSTemplateFormatVersion);
  if (version !== undefined && version !== '2010-09-09') {
    throw formatError(`Template format version not supported: ${version}`);
  }
  const template: Template = {
    description: textOf(root.Description),
    metadata: root.Metadata,
    transforms: transformsIn(root.Transform),
    parameters: blocks(root, 'Parameters'),
    rules: blocks(root, 'Rules'),
    mappings: blocks(root, 'Mappings'),
    conditions: section(root, 'Conditions'),
    resources: resourcesIn(root),
    outputs: blocks(root, 'Outputs'),
  };
  for (const [name, { Value: value }] of Object.entries(template.outputs)) {
    if (value === undefined) throw formatError(`Output ${name} must have a Value`);
  }
  checkDeclarations(template.parameters);
  checkReferences(template);
  return template;
}

function resourcesIn(root: Block): Record<string, ResourceBlock> {
  const resources = blocks(root, 'Resources');
  if (Object.keys(resources).length === 0) {
    throw formatError('At least one Resources member must be defined.');
  }
  for (const [name, resource] of Object.entries(resources)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw formatError(`Resource name ${name} is non alphanumeric.`);
    if (typeof resource.Type !== 'string') {
      throw formatError(`[/Resources/${name}] Every Resources object must contain a Type member.`);
    }
    const unknown = Object.keys(resource).filter(attribute => !ATTRIBUTES.includes(attribute));
    if (unknown.length > 0) throw formatError(`Invalid resource attribute '${unknown.join("', '")}' of ${name}`);
    if (resource.Properties !== undefined && !isBlock(resource.Properties)) {
      throw formatError(`[/Resources/${name}/Properties] Properties must be an object.`);
    }
  }
  return resources as Record<string, ResourceBlock>;
}

/** Macros are programs of an account; the one that AWS brings for the language itself is done here. */
function transformsIn(transform: Value | undefined): string[] {
  const names = [transform ?? []].flat().map(name => textOf(name) ?? JSON.stringify(name));
  const unknown = names.filter(name => name !== 'AWS::LanguageExtensions');
  if (unknown.length > 0) throw formatError(`The local cloud does not know the transform ${unknown.join(', ')}`);
  return names;
}

function section(root: Block, name: string): Record<string, Value> {
  const content = root[name] ?? {};
  if (isBlock(content)) return content;
  throw formatError(`[/${name}] must be an object.`);
}

function blocks(root: Block, name: string): Record<string, Block> {
  const content = section(root, name);
  const other = Object.keys(content).find(key => !isBlock(content[key]!));
  if (other !== undefined) throw formatError(`[/${name}/${other}] must be an object.`);
  return content as Record<string, Block>;
}
