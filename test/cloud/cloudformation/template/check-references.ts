import { functions } from './evaluate.ts';
import { PSEUDO_PARAMETERS } from './pseudo.ts';
import { conditionsIn, referencesIn } from './references.ts';
import { formatError, isBlock, type ResourceBlock, type Template, type Value } from './template.ts';

const CONDITION_FUNCTIONS = ['Fn::And', 'Fn::Equals', 'Fn::Not', 'Fn::Or'];
const RULE_FUNCTIONS = ['Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn'];
const EXTENSIONS = ['Fn::Length', 'Fn::ToJsonString'];

/** Throws ValidationError when a template names what it does not have, or uses a function that is not known. */
export function checkReferences(template: Template): void {
  const { resources, outputs, conditions, parameters, rules, transforms } = template;
  const extended = transforms.includes('AWS::LanguageExtensions');
  const usual = Object.keys(functions).filter(name => extended || !EXTENSIONS.includes(name));
  checkFunctions([resources, outputs], usual);
  checkFunctions([conditions], [...usual, ...CONDITION_FUNCTIONS]);
  checkFunctions([rules], [...usual, ...CONDITION_FUNCTIONS, ...RULE_FUNCTIONS]);
  const names = [...Object.keys(parameters), ...PSEUDO_PARAMETERS];
  const all = [...names, ...Object.keys(resources)];
  const used = (part: Value) => referencesIn(part).map(({ name }) => name);
  const dependencies = Object.values(resources).flatMap(dependsOn);
  checkNames([...Object.values(resources).flatMap(used), ...dependencies], all, 'Resources');
  checkNames(Object.values(outputs).flatMap(used), all, 'Outputs');
  const outside = Object.values(conditions)
    .flatMap(used)
    .filter(name => !names.includes(name));
  if (outside.length > 0) {
    const sentence = 'Cannot reference resources in the Conditions block of the template';
    throw formatError(`Unresolved dependencies [${unique(outside)}]. ${sentence}`);
  }
  const missing = conditionsIn([resources, outputs, conditions]).filter(name => !Object.hasOwn(conditions, name));
  if (missing.length > 0) {
    throw formatError(`Unresolved condition dependencies [${unique(missing)}] in the template`);
  }
}

/** The resources that one waits for by its DependsOn. */
export function dependsOn({ DependsOn = [] }: ResourceBlock): string[] {
  return [DependsOn].flat().map(String);
}

function checkNames(used: string[], known: string[], block: string): void {
  const unknown = used.filter(name => !known.includes(name));
  if (unknown.length === 0) return;
  throw formatError(`Unresolved resource dependencies [${unique(unknown)}] in the ${block} block of the template`);
}

function checkFunctions(value: Value, known: string[]): void {
  if (Array.isArray(value)) for (const entry of value) checkFunctions(entry, known);
  if (!isBlock(value)) return;
  for (const [name, content] of Object.entries(value)) {
    if (name.startsWith('Fn::') && !known.includes(name)) {
      throw formatError(
        EXTENSIONS.includes(name)
          ? `${name} needs "Transform: AWS::LanguageExtensions"`
          : `The local cloud does not know the function ${name} here`,
      );
    }
    checkFunctions(content, known);
  }
}

function unique(names: string[]): string {
  return [...new Set(names)].join(', ');
}
