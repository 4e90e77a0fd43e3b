import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.ts';
import type { Recipe, Server } from './server.ts';

interface Place {
  /** An empty folder on the file system of the target; removed afterwards. */
  folder: string;
  /** Where the finished program goes. */
  target: string;
}

type Build<K extends Recipe['kind']> = (
  server: Server,
  recipe: Extract<Recipe, { kind: K }>,
  place: Place,
  tell: (detail: string) => void,
) => Promise<void>;

const tools = join(import.meta.dirname, '..', '..', 'tools');

/** Counts what the compiler says it compiles, so that minutes of work are not silent. */
function countPackages(tell: (detail: string) => void): (line: string) => void {
  let packages = 0;
  return (line) => {
    packages += 1;
    tell(`building with Go, ${packages} packages, ${line.split(' ').at(-1)?.slice(-60)}`);
  };
}

async function go(args: readonly string[], env: NodeJS.ProcessEnv, tell: (detail: string) => void): Promise<void> {
  tell('building with Go');
  const options = { env: { ...process.env, CGO_ENABLED: '0', ...env }, cwd: tools, onLine: countPackages(tell) };
  await run('go', args, options);
}

const goInstall: Build<'go-install'> = async (server, recipe, { folder, target }, tell) => {
  // `go install` of a versioned module must not see the go.mod of the tools.
  const env = { GOBIN: folder, GOFLAGS: '' };
  const flags = ['-v', '-trimpath', `-tags=${recipe.tags ?? ''}`, `-ldflags=${recipe.ldflags ?? '-s -w'}`];
  await go(['install', ...flags, `${recipe.module}@v${recipe.moduleVersion ?? server.version}`], env, tell);
  renameSync(join(folder, recipe.module.split('/').at(-1) ?? server.name), target);
};

const goBuild: Build<'go-build'> = async (server, recipe, { folder, target }, tell) => {
  const program = join(folder, server.name);
  await go(['build', '-v', '-trimpath', `-ldflags=${recipe.ldflags}`, '-o', program, recipe.package], {}, tell);
  renameSync(program, target);
};

const maven: Build<'maven'> = async (server, recipe, { folder, target }, tell) => {
  tell('fetching with Maven');
  await run('java', ['-version']);
  const dependency = `<groupId>${recipe.group}</groupId><artifactId>${recipe.artifact}</artifactId><version>${server.version}</version>`;
  writeFileSync(
    join(folder, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>dev.mendflow</groupId><artifactId>sandbox</artifactId><version>1</version>
<dependencies><dependency>${dependency}</dependency></dependencies></project>`,
  );
  const fetched = join(folder, 'lib');
  const onLine = (line: string) => tell(`fetching with Maven, ${line.slice(-60)}`);
  await run('mvn', ['-B', 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`], { cwd: folder, onLine });
  const library = join(dirname(target), '..', 'lib', `${server.name}-${server.version}`);
  mkdirSync(dirname(library), { recursive: true });
  rmSync(library, { recursive: true, force: true });
  renameSync(fetched, library);
  const wrapper = join(folder, server.name);
  writeFileSync(wrapper, `#!/bin/sh\nexec java -cp '${library}/*' ${recipe.mainClass} "$@"\n`);
  chmodSync(wrapper, 0o755);
  renameSync(wrapper, target);
};

const builds: { [K in Recipe['kind']]: Build<K> } = { 'go-install': goInstall, 'go-build': goBuild, maven };

/** Makes the server with the local toolchain; rejects when the toolchain is missing or fails. */
export async function build(server: Server, place: Place, tell: (detail: string) => void): Promise<void> {
  await (builds[server.recipe.kind] as Build<typeof server.recipe.kind>)(server, server.recipe as never, place, tell);
}
