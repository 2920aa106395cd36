import tseslint from 'typescript-eslint';

/** Folders of src/ from the bottom up, and which of the others each may import (docs/architecture.md). */
const folders = {
  core: [],
  machine: ['core'],
  runs: ['core', 'machine'],
  energy: ['core', 'machine'],
  model: ['core', 'machine'],
  vision: ['core', 'machine'],
  engine: ['core', 'machine', 'runs', 'energy', 'model', 'vision'],
  cli: ['core', 'machine', 'runs', 'energy', 'model', 'vision', 'engine'],
  extension: ['core', 'machine', 'runs'],
};
/** Each of these packages is imported in one folder alone. */
const owners = { 'onnxruntime-node': 'model', sharp: 'vision', vscode: 'extension' };
const toolkit = '@vscode/webview-ui-toolkit';

/** The panel's page: only src/core of ours, chart.js, and the toolkit in the one file that wraps it. */
function pageImportRule(packages) {
  return [
    'error',
    {
      patterns: [
        {
          regex: `^(?!\\.{1,2}/|chart\\.js$${packages.map((name) => `|${name}$`).join('')})`,
          message: 'the page imports only src/core, chart.js and, in webview/toolkit.ts, the toolkit',
        },
        {
          regex: `^(\\.\\./)+(test|src/(?!core/))`,
          message: 'the page imports only src/core of ours',
        },
      ],
    },
  ];
}

function importRule(folder) {
  const others = Object.keys(folders).filter((other) => other !== folder && !folders[folder].includes(other));
  const packages = Object.keys(owners).filter((name) => owners[name] !== folder);
  const patterns = [
    {
      // A path that leaves the folder upwards and enters another one of ours.
      regex: `^(\\.\\./)+(${[...others, 'webview', 'test'].join('|')})/`,
      message: `src/${folder} imports only ${folders[folder].join(', ') || 'itself'} of ours`,
    },
    { group: packages, message: 'this package is imported in one folder alone' },
  ];
  if (folder === 'core') patterns.push({ group: ['node:*'], message: 'core is pure: it also runs in a browser' });
  return ['error', { patterns }];
}

const noBarrel = { selector: 'ExportAllDeclaration', message: 'no barrel files' };
/** What puts a text before a person's eyes goes through one file of each part, which makes it plain (`src/core/plain.ts`). */
const shownByEditor = [
  {
    selector:
      'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|setStatusBarMessage|(show|create)(QuickPick|InputBox)|createStatusBarItem|createTreeView|withProgress|createDiagnosticCollection|register(TreeDataProvider|CodeLensProvider|CodeActionsProvider|HoverProvider|InlayHintsProvider|CompletionItemProvider|TextDocumentContentProvider|FileDecorationProvider))$/]',
    message: 'texts are shown through src/extension/show.ts',
  },
  { selector: 'NewExpression[callee.property.name="MarkdownString"]', message: 'see src/extension/show.ts' },
  { selector: 'Property[key.name=/^(invocationMessage|confirmationMessages)$/]', message: 'see src/extension/show.ts' },
];

const shownByPage = [
  'AssignmentExpression > MemberExpression.left[property.name=/^(textContent|innerText|innerHTML|outerHTML|title)$/]',
  'CallExpression[callee.property.name=/^(createTextNode|insertAdjacentHTML|insertAdjacentText)$/]',
  'CallExpression[callee.property.name="setAttribute"][arguments.0.value=/^(title|alt|placeholder|aria-label|aria-valuetext|aria-description)$/]',
].map((selector) => ({ selector, message: 'texts are shown through webview/dom.ts' }));
const printed = {
  selector: 'CallExpression[callee.property.name="write"]',
  message: 'texts are printed through src/cli/output.ts',
};
/** A failure, a condition and a qualification each have a code: nobody reads a text to know what happened. */
export const noMatchedMessages = [
  `CallExpression[callee.property.name=/^(includes|startsWith|endsWith|match|matchAll|search|indexOf|replace|split)$/][callee.object.property.name='message']`,
  `CallExpression[callee.property.name=/^(includes|startsWith|endsWith|match|search|indexOf)$/] > MemberExpression.arguments[property.name='message']`,
  `CallExpression[callee.property.name=/^(test|exec)$/] > .arguments MemberExpression[property.name='message']`,
  `CallExpression[callee.property.name=/^(test|exec)$/] > MemberExpression.arguments[property.name='message']`,
  `CallExpression[callee.property.name=/^(test|exec)$/] > Identifier.arguments[name='message']`,
  `CallExpression[callee.property.name=/^(includes|startsWith|endsWith|match|search|indexOf)$/][callee.object.name='message']`,
].map((selector) => ({ selector, message: 'go by a code, not by the text of a message' }));

/** Where texts of other people's libraries come in, which have no codes: each is read there once, and goes on as ours. */
const foreignMessages = [
  'src/core/spec/specSyntax.ts',
  'src/model/checkpoint/archive.ts',
  'src/vision/decoding.ts',
  'src/vision/imageError.ts',
];

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '.greenbatch', 'test/artefacts'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-var': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A bound that was just checked, or an index from the same array: said with `!` where it stands.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  { files: ['src/**', 'webview/**'], rules: { 'no-restricted-syntax': ['error', noBarrel, ...noMatchedMessages] } },
  { files: foreignMessages, rules: { 'no-restricted-syntax': ['error', noBarrel] } },
  {
    files: ['src/extension/**'],
    ignores: ['src/extension/show.ts'],
    rules: { 'no-restricted-syntax': ['error', noBarrel, ...noMatchedMessages, ...shownByEditor] },
  },
  {
    files: ['src/cli/**'],
    ignores: ['src/cli/output.ts'],
    rules: { 'no-restricted-syntax': ['error', noBarrel, ...noMatchedMessages, printed] },
  },
  ...Object.keys(folders).map((folder) => ({
    files: [`src/${folder}/**`],
    rules: { 'no-restricted-imports': importRule(folder) },
  })),
  { files: ['webview/**'], rules: { 'no-restricted-imports': pageImportRule([]) } },
  { files: ['webview/**'], ignores: ['webview/dom.ts'], rules: { 'no-restricted-syntax': ['error', ...shownByPage] } },
  { files: ['webview/toolkit.ts'], rules: { 'no-restricted-imports': pageImportRule([toolkit]) } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
