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

/** A program of one of the Prometheus project's repositories, and how its Go module is built. */
interface PrometheusProgram {
  name: string;
  /** Of github.com/prometheus. */
  repository: string;
  version: string;
  moduleVersion?: string;
  tags?: string;
}

/** A program of Prometheus or of its Alertmanager: on PATH, any version from the pinned one on does. */
function prometheusProgram({ name, repository, version, ...built }: PrometheusProgram): Server {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return {
    ...{ name, version, commands: [name], versionArgs: ['--version'] },
    fits: (printed) => {
      const [, hasMajor = '', hasMinor = ''] = /version (\d+)\.(\d+)/.exec(printed) ?? [];
      return Number(hasMajor) > major || (Number(hasMajor) === major && Number(hasMinor) >= minor);
    },
    release: ({ os, arch }) => {
      const asset = `${repository}-${version}.${os}-${arch}.tar.gz`;
      return listedAsset(`prometheus/${repository}`, `v${version}`, asset, 'sha256sums.txt');
    },
    recipe: {
      ...{ kind: 'go-install', module: `github.com/prometheus/${repository}/cmd/${name}`, ...built },
      ldflags: `-s -w -X github.com/prometheus/common/version.Version=${version}`,
    },
  };
}

/**
 * Its Go module counts 3.16.0 as 0.316.0. Built here it finds targets by files and HTTP only, which is all that the
 * sandbox needs, and has no web pages: those are made with other tools, and no Go module holds them.
 */
const prometheus: Omit<PrometheusProgram, 'name'> = {
  ...{ repository: 'prometheus', version: '3.16.0', moduleVersion: '0.316.0', tags: 'remove_all_sd' },
};

/** The newest version whose Go module holds its own web pages and templates; later ones cannot be built from theirs. */
const alertmanager: Omit<PrometheusProgram, 'name'> = { repository: 'alertmanager', version: '0.31.1' };

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
  kubernetesServer('kubelet'),
  {
    ...{ name: 'kwok', version: kwokVersion, commands: ['kwok'], versionArgs: ['--version'] },
    fits: (printed) => printed.includes(`v${kwokVersion}`),
    release: ({ os, arch }) => githubAsset('kubernetes-sigs/kwok', `v${kwokVersion}`, `kwok-${os}-${arch}`),
    recipe: { kind: 'go-install', module: 'sigs.k8s.io/kwok/cmd/kwok' },
  },
  prometheusProgram({ name: 'prometheus', ...prometheus }),
  prometheusProgram({ name: 'promtool', ...prometheus }),
  prometheusProgram({ name: 'alertmanager', ...alertmanager }),
  prometheusProgram({ name: 'amtool', ...alertmanager }),
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
