import { describe, expect, it } from '@jest/globals';
import { controllerOf, sightingOf } from '../../../domain/guard/sightings.ts';
import { anAlert, now } from '../../support/builders.ts';

const seen = (labels: Record<string, string>) =>
  sightingOf(anAlert({ labels: { alertname: 'A', ...labels } }), now).workload;

describe('a workload that only labels name', () => {
  it.each([
    [{ namespace: 'shop', deployment: 'cart' }, 'shop/alert/cart'],
    [{ namespace: 'shop', statefulset: 'db' }, 'shop/alert/db'],
    [{ namespace: 'shop', replicaset: 'cart-7d9f8b6c5d' }, 'shop/alert/cart'],
    [{ namespace: 'shop', pod: 'cart-7d9f8b6c5d-x2x4z' }, 'shop/alert/cart'],
    [{ namespace: 'shop', pod: 'db-0' }, 'shop/alert/db'],
    [{ namespace: 'shop', pod: 'agent-x2x4z' }, 'shop/alert/agent'],
    [{ namespace: 'shop', pod: 'backup-29063520-x2x4z' }, 'shop/alert/backup'],
    [{ namespace: 'shop', persistentvolumeclaim: 'data' }, 'shop/alert/data'],
    [{ node: 'worker-1' }, '/alert/worker-1'],
  ])('%j counts as %s', (labels, workload) => {
    expect(seen(labels)).toBe(workload);
  });

  it('counts by namespace and alert name where no label names one, or a pod’s name shows no controller', () => {
    expect(seen({ namespace: 'shop' })).toBe('shop/alerts/PodCrashLooping');
    expect(seen({ namespace: 'shop', pod: 'anything' })).toBe('shop/alerts/PodCrashLooping');
    expect(seen({ namespace: 'shop', pod: '' })).toBe('shop/alerts/PodCrashLooping');
    expect(seen({})).toBe('/alerts/PodCrashLooping');
  });
});

describe('the controller of a pod', () => {
  it('is not guessed from words', () => {
    expect(controllerOf('node-exporter')).toBeUndefined();
    expect(controllerOf('api-server')).toBeUndefined();
  });
});
