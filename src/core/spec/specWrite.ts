import { type SpecInput, specSchema } from './spec';
import { issuesOf } from './specIssues';
import { type SchemaNode, specJsonSchema } from './specJsonSchema';
import { pathText } from './specProblem';
import { type YamlValue, yamlFlow, yamlPair } from './yamlValue';

type Group = Readonly<Record<string, YamlValue | undefined>>;

/**
 * The text of a new experiment file. Every key has a comment on what it does; keys that are not given stand
 * in comments, with their default or an example, ready to be uncommented. Throws an Error on an invalid input.
 *
 * @param remarks why a value is what it is, by its key: a line of comment each
 */
export function writeSpec(input: SpecInput, remarks: Readonly<Record<string, string>> = {}): string {
  const parsed = specSchema.safeParse(input);
  if (!parsed.success) {
    const reasons = issuesOf(parsed.error.issues, input).map(({ path, message }) => `${pathText(path)}: ${message}`);
    throw new Error(`Not a valid experiment: ${reasons.join('; ')}`);
  }
  const properties = specJsonSchema().properties ?? {};
  // Through JSON, which leaves out keys whose value is undefined.
  const given = JSON.parse(JSON.stringify(input)) as Group;
  const sections = Object.entries(properties)
    // What only another workload or a preset has is nothing to uncomment, nor is the other way to say instances and threads.
    .filter(([key]) => !['settings', 'reproduces', ...otherWay(given)].includes(key) || given[key] !== undefined)
    .map(([key, node]) => section(key, node, given[key], remarks[key]));
  return ['# A Greenbatch experiment. To run it: greenbatch run FILE', ...sections].join('\n\n').concat('\n');
}

const otherWay = (given: Group) => (given.split === undefined ? ['split'] : ['instances', 'threads']);

function section(key: string, node: SchemaNode, value: YamlValue | undefined, remark: string | undefined): string {
  const comment = `# ${node.description}${remark === undefined ? '' : `\n# Here ${remark}`}`;
  if (value === undefined) {
    const shown = (node.examples?.[0] ?? node.default) as YamlValue;
    const isGroup = typeof shown === 'object' && shown !== null && !Array.isArray(shown);
    // An empty group teaches nothing: its keys do.
    const sample = isGroup && Object.keys(shown).length === 0 ? defaultsOf(node) : shown;
    return `${comment}\n# ${yamlPair(key, sample)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    return `${comment}\n${yamlPair(key, value)}`;
  }
  const lines = Object.entries(value).map(([name, item]) => {
    const said = node.properties?.[name]?.description;
    return `  ${yamlPair(name, item)}${said === undefined ? '' : ` # ${said}`}`;
  });
  return [comment, `${yamlFlow(key)}:`, ...lines].join('\n');
}

function defaultsOf(node: SchemaNode): YamlValue {
  const defaults = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    if (child.default === undefined) return [];
    const isEmptyGroup = child.properties && Object.keys(child.default as object).length === 0;
    return [[name, isEmptyGroup ? defaultsOf(child) : (child.default as YamlValue)]];
  });
  return Object.fromEntries(defaults);
}
