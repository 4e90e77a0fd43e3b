import { describe, expect, it } from '@jest/globals';
import { routingNotice, versionOptions } from '../../worker/deployment.ts';

const version = { deploymentName: 'mendflow', buildId: 'v2' };
const command =
  'temporal worker deployment set-current-version --namespace prod --deployment-name mendflow --build-id v2';

describe('the version of a worker', () => {
  it('is off while no deployment is named, so that runs are bound to no build', () => {
    expect(versionOptions({}, 'PINNED')).toEqual({});
    expect(versionOptions({ name: 'mendflow' }, 'PINNED')).toEqual({});
  });

  it.each(['PINNED', 'AUTO_UPGRADE'] as const)('makes every workflow of the worker %s', (behavior) => {
    expect(versionOptions({ name: 'mendflow', buildId: 'v2' }, behavior)).toEqual({
      workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior: behavior },
    });
  });
});

describe('what a worker says about new runs when it starts', () => {
  const notice = (given: Partial<Parameters<typeof routingNotice>[0]>) =>
    routingNotice({ namespace: 'prod', ours: undefined, current: undefined, ...given });

  it('is nothing where they come to it', () => {
    expect(notice({})).toBeUndefined();
    expect(notice({ ours: version, current: version })).toBeUndefined();
  });

  it('warns, with the command, while no version is current', () => {
    expect(notice({ ours: version })).toEqual({
      level: 'warn',
      message: `no run comes to this worker, because no worker version is current; make its version current: ${command}`,
    });
  });

  it.each([
    { deploymentName: 'mendflow', buildId: 'v1' },
    { deploymentName: 'other', buildId: 'v2' },
  ])('names the version that gets them meanwhile: %j', (current) => {
    expect(notice({ ours: version, current })).toEqual({
      level: 'info',
      message: `new runs go to build ${current.buildId} of deployment ${current.deploymentName}, which is current; to send them to this worker: ${command}`,
    });
  });

  it('warns a worker without a version when a version is current', () => {
    expect(notice({ current: version })).toEqual({
      level: 'warn',
      message:
        'no run comes to this worker: it has no version, and build v2 of deployment mendflow is current; set worker.deployment, or go back with: temporal worker deployment set-current-version --namespace prod --deployment-name mendflow --unversioned',
    });
  });
});
