import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { buildSteps } from '../dockerfile.ts';
import { root } from '../step.ts';

type Manifest = Record<string, unknown>;

/** Beside the code: what a user reads, and the ready-made policies. */
const papers = ['README.md', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md', 'policies'];

/** The folders of code that the image has; the package has the same. */
export function productFolders(dockerfile: string): string[] {
  return buildSteps(dockerfile).flatMap((step) =>
    step.kind === 'copy' && step.from.length === 1 && !step.from[0]?.includes('.') ? step.from : [],
  );
}

/**
 * package.json as it is published: without what only a checkout can use. npm's provenance asks for the repository that
 * the package was built in, so that is named where it is known.
 */
export function publishedManifest(manifest: Manifest, repositoryUrl: string | undefined): Manifest {
  const { private: _private, scripts: _scripts, devDependencies: _dev, allowScripts: _allow, ...kept } = manifest;
  return {
    ...kept,
    ...(repositoryUrl === undefined ? {} : { repository: { type: 'git', url: `git+${repositoryUrl}.git` } }),
  };
}

/** One TypeScript file as JavaScript, with the .ts files that it imports or loads renamed. Node removes no types inside node_modules. */
export function compiled(text: string, fileName: string): string {
  const { outputText } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  return outputText.replaceAll(/(new URL\(['"`]\.[^'"`]*)\.ts(['"`], import\.meta\.url\))/g, '$1.js$2');
}

/** Writes the folder that `npm pack` packs. It holds no TypeScript. */
export function writePackage(folder: string, repositoryUrl: string | undefined): void {
  for (const part of productFolders(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8'))) {
    for (const entry of readdirSync(join(root, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const from = join(entry.parentPath, entry.name);
      const to = join(folder, from.slice(root.length));
      mkdirSync(dirname(to), { recursive: true });
      if (!from.endsWith('.ts')) cpSync(from, to);
      else writeFileSync(to.replace(/\.ts$/, '.js'), compiled(readFileSync(from, 'utf8'), from));
    }
  }
  for (const name of papers) cpSync(join(root, name), join(folder, name), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify(publishedManifest(manifest, repositoryUrl), undefined, 2)}\n`,
  );
}
