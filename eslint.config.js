import tseslint from 'typescript-eslint';

// Biome formats and lints; ESLint adds the rules that need types, and the limits on functions.
export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/', '.mendflow/'] },
  {
    files: ['**/*.ts'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: [
      '{activities,api,bench,cli,config,domain,sandbox,scripts,telemetry,temporal,watcher,worker,workflows}/**/*.{ts,mjs}',
    ],
    rules: {
      'max-lines-per-function': ['error', { max: 60 }],
      'max-params': ['error', 4],
    },
  },
);
