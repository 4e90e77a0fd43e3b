import type { Platform, Release, Server } from './server.ts';

const kubernetes = '1.36.3';

const kubernetesFlags = [
  ...['-s', '-w'],
  `-X k8s.io/component-base/version.gitVersion=v${kubernetes}`,
  `-X k8s.io/component-base/version.gitMajor=${kubernetes.split('.')[0]}`,
  `-X k8s.io/component-base/version.gitMinor=${kubernetes.split('.')[1]}`,
].join(' ');

/** The asset of a GitHub release, checked against the digest that GitHub keeps of it. */
function githubAsset(repository: string, tag: string, asset: string): Release {
  return {
    url: `https://github.com/${repository}/releases/download/${tag}/${asset}`,
    checksum: { githubRelease: `https://api.github.com/repos/${repository}/releases/tags/${tag}`, asset },
  };
}

/** The asset of a GitHub release, checked against a file of checksums in the same release. */
function listedAsset(repository: string, tag: string, asset: string, list: string): Release {
  const folder = `https://github.com/${repository}/releases/download/${tag}`;
  return { url: `${folder}/${asset}`, checksum: { file: `${folder}/${list}` } };
}

/** Kubernetes publishes its servers for Linux only; elsewhere they are built. */
function kubernetesServer(name: string): Server {
  const url = ({ os, arch }: Platform) => `https://dl.k8s.io/v${kubernetes}/bin/${os}/${arch}/${name}`;
  return {
    ...{ name, version: kubernetes, commands: [name], versionArgs: ['--version'] },
    fits: (printed) => printed.includes(`v${kubernetes}`),
    release: (platform) =>
      platform.os === 'linux' ? { url: url(platform), checksum: { file: `${url(platform)}.sha256` } } : undefined,
    recipe: { kind: 'go-build', package: `k8s.io/kubernetes/cmd/${name}`, ldflags: kubernetesFlags },
  };
}

/** Prometheus and its Alertmanager: any version from the pinned one on does. */
function prometheusServer(name: string, version: string, debianCommand: string): Server {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return {
    ...{ name, version, commands: [name, debianCommand], versionArgs: ['--version'] },
    fits: (printed) => {
      const [, hasMajor = '', hasMinor = ''] = /version (\d+)\.(\d+)/.exec(printed) ?? [];
      return Number(hasMajor) > major || (Number(hasMajor) === major && Number(hasMinor) >= minor);
    },
    release: ({ os, arch }) =>
      listedAsset(
        ...([
          `prometheus/${name}`,
          `v${version}`,
          `${name}-${version}.${os}-${arch}.tar.gz`,
          'sha256sums.txt',
        ] as const),
      ),
    recipe: { kind: 'debian', package: debianCommand, command: debianCommand },
  };
}

const temporalVersion = '1.5.1';
const etcdVersion = '3.6.8';
const kwokVersion = '0.8.0';
const testServerVersion = '1.38.0';

/** Every server of the sandbox; its version is said here and nowhere else. */
export const catalogue: readonly Server[] = [
  {
    ...{ name: 'temporal', version: temporalVersion, commands: ['temporal'], versionArgs: ['--version'] },
    fits: (printed) => printed.includes(`version ${temporalVersion} `),
    release: ({ os, arch }) =>
      githubAsset('temporalio/cli', `v${temporalVersion}`, `temporal_cli_${temporalVersion}_${os}_${arch}.tar.gz`),
    recipe: { kind: 'go-install', module: 'github.com/temporalio/cli/cmd/temporal' },
  },
  {
    ...{ name: 'etcd', version: etcdVersion, commands: ['etcd'], versionArgs: ['--version'] },
    fits: (printed) => printed.includes(`etcd Version: ${etcdVersion}`),
    release: ({ os, arch }) => {
      const asset = `etcd-v${etcdVersion}-${os}-${arch}.${os === 'linux' ? 'tar.gz' : 'zip'}`;
      return listedAsset('etcd-io/etcd', `v${etcdVersion}`, asset, 'SHA256SUMS');
    },
    recipe: { kind: 'go-build', package: 'go.etcd.io/etcd/server/v3', ldflags: '-s -w' },
  },
  kubernetesServer('kube-apiserver'),
  kubernetesServer('kube-controller-manager'),
  kubernetesServer('kube-scheduler'),
  {
    ...{ name: 'kwok', version: kwokVersion, commands: ['kwok'], versionArgs: ['--version'] },
    fits: (printed) => printed.includes(`v${kwokVersion}`),
    release: ({ os, arch }) => githubAsset('kubernetes-sigs/kwok', `v${kwokVersion}`, `kwok-${os}-${arch}`),
    recipe: { kind: 'go-install', module: 'sigs.k8s.io/kwok/cmd/kwok' },
  },
  prometheusServer('prometheus', '2.42.0', 'prometheus'),
  prometheusServer('alertmanager', '0.25.0', 'prometheus-alertmanager'),
  {
    ...{ name: 'temporal-test-server', version: testServerVersion, commands: [], versionArgs: [] },
    fits: () => false,
    release: ({ os, arch }) => {
      const asset = `temporal-test-server_${testServerVersion}_${os === 'darwin' ? 'macOS' : os}_${arch}.tar.gz`;
      return githubAsset('temporalio/sdk-java', `v${testServerVersion}`, asset);
    },
    recipe: {
      ...{ kind: 'maven', group: 'io.temporal', artifact: 'temporal-test-server' },
      mainClass: 'io.temporal.testserver.TestServer',
    },
  },
];
