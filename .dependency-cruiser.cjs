/** Imports go one way: kit -> contract -> domain packages -> apps. See docs/architecture.md. */
const domain = 'imaging|policy|planner|hypervisor|directory';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'kit-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^packages/kit/' },
      to: { path: '^(packages/(?!kit/)|apps/)' },
    },
    {
      name: 'kit-does-no-io',
      severity: 'error',
      from: { path: '^packages/kit/src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-imports-only-kit',
      severity: 'error',
      from: { path: '^packages/contract/' },
      to: { path: '^(packages/(?!kit/|contract/)|apps/)' },
    },
    {
      name: 'domain-packages-do-not-import-each-other',
      severity: 'error',
      from: { path: `^packages/(${domain})/` },
      to: { path: `^packages/(${domain})/`, pathNot: '^packages/$1/' },
    },
    {
      name: 'packages-do-not-import-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'browser-apps-see-only-browser-safe-packages',
      severity: 'error',
      from: { path: '^apps/(console|launcher)/src', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^packages/(imaging|hypervisor|directory)/' },
    },
    {
      name: 'only-the-index-leaves-a-package',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^packages/[^/]+/src/',
        pathNot: [
          '^packages/$2/',
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/[^/]+/src/node/index\\.ts$',
          '^packages/[^/]+/src/[^/]+/testing/index\\.ts$',
          // Further entries in the `exports` of their packages.
          '^packages/contract/src/(agent-api|delivery|errors/index)\\.ts$',
          '^packages/directory/src/passwords/index\\.ts$',
          '^packages/imaging/src/(access|disks|fetch|pack)\\.ts$',
        ],
      },
    },
    {
      name: 'no-test-code-in-shipped-code',
      severity: 'error',
      from: { pathNot: '(\\.test\\.tsx?$|/testing/|^e2e/|^bench/|^scripts/|vitest)' },
      to: { path: '(\\.test\\.tsx?$|/testing/)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
