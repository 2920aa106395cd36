import tseslint from 'typescript-eslint';

const noBarrel = { selector: 'ExportAllDeclaration', message: 'no barrel files' };
/** What puts a text before a person's eyes goes through one file of each part, which makes it plain (`src/core/words/plain.ts`). */
const shownByEditor = [
  {
    selector:
      'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|setStatusBarMessage|(show|create)(QuickPick|InputBox)|createStatusBarItem|createTreeView|withProgress|createDiagnosticCollection|register(TreeDataProvider|CodeLensProvider|CodeActionsProvider|HoverProvider|InlayHintsProvider|CompletionItemProvider|TextDocumentContentProvider|FileDecorationProvider))$/]',
    message: 'texts are shown through src/extension/window/show.ts',
  },
  { selector: 'NewExpression[callee.property.name="MarkdownString"]', message: 'see src/extension/window/show.ts' },
  {
    selector: 'Property[key.name=/^(invocationMessage|confirmationMessages)$/]',
    message: 'see src/extension/window/show.ts',
  },
];

const shownByPage = [
  'AssignmentExpression > MemberExpression.left[property.name=/^(textContent|innerText|innerHTML|outerHTML|title)$/]',
  'CallExpression[callee.property.name=/^(createTextNode|insertAdjacentHTML|insertAdjacentText)$/]',
  'CallExpression[callee.property.name="setAttribute"][arguments.0.value=/^(title|alt|placeholder|aria-label|aria-valuetext|aria-description)$/]',
].map((selector) => ({ selector, message: 'texts are shown through webview/page/dom.ts' }));
const printed = {
  selector: 'CallExpression[callee.property.name="write"]',
  message: 'texts are printed through src/cli/text/output.ts',
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
  'src/models/checkpoint/archive.ts',
  'src/workloads/detection/decode/decoding.ts',
  'src/workloads/detection/decode/imageError.ts',
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
    ignores: ['src/extension/window/show.ts'],
    rules: { 'no-restricted-syntax': ['error', noBarrel, ...noMatchedMessages, ...shownByEditor] },
  },
  {
    files: ['src/cli/**'],
    ignores: ['src/cli/text/output.ts'],
    rules: { 'no-restricted-syntax': ['error', noBarrel, ...noMatchedMessages, printed] },
  },
  {
    files: ['webview/**'],
    ignores: ['webview/page/dom.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shownByPage] },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
