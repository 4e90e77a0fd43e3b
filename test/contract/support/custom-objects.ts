import type { OwnerRef } from '../../../domain/target/pod.ts';
import { collectionPath } from '../../../sandbox/kubernetes-api.ts';
import { namespace, type RawObject, until, type World } from './world.ts';

interface CustomObject {
  apiVersion: string;
  kind: string;
  name: string;
  spec?: Record<string, unknown>;
}

/** Puts an object there of a kind that the cluster gets from an operator, with its definition; it is anybody's controller. */
export async function customObject(
  { api }: World,
  { apiVersion, kind, name, spec = {} }: CustomObject,
): Promise<OwnerRef> {
  const [group = '', version] = apiVersion.split('/');
  const names = { kind, singular: kind.toLowerCase(), plural: `${kind.toLowerCase()}s` };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = [{ name: version, served: true, storage: true, schema }];
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  // Groups under k8s.io are not taken without it.
  const annotations = { 'api-approved.kubernetes.io': 'unapproved, for tests' };
  const metadata = { name: `${names.plural}.${group}`, annotations };
  await api.apply([{ ...definition, metadata, spec: { group, names, scope: 'Namespaced', versions } }]);
  const object = { apiVersion, kind, metadata: { name, namespace }, spec };
  await until(`the cluster has a ${kind}`, () =>
    api.apply([object]).then(
      () => true,
      () => false,
    ),
  );
  const live = await api.call<RawObject>('GET', `${collectionPath(object, namespace)}/${name}`);
  return { apiVersion, kind, name, uid: live.metadata.uid };
}

/** An owner reference as an operator writes it. */
export const controlledBy = (owner: OwnerRef) => ({ ownerReferences: [{ ...owner, controller: true }] });
