import { signatureOf } from '../signature.ts';
import { defineNotifier } from './define-notifier.ts';

/**
 * A signed JSON POST. The receiver checks `Mendflow-Signature: t=<Unix s>,v1=<hex>`, an HMAC-SHA256 of `<t>.<body>`
 * with its secret, refuses old times, and drops an Idempotency-Key that it has seen.
 */
export default defineNotifier({
  name: 'webhook',
  summary: 'POST the notification as JSON, signed with HMAC-SHA256 when the receiver has a secret.',
  compose({ secret }, notification, { nowMs }) {
    const body = JSON.stringify(notification);
    const { dedupKey, kind, level, occurrence } = notification;
    const headers = {
      'content-type': 'application/json',
      // A header takes printable ASCII only.
      'idempotency-key': [dedupKey, kind, level, ...(occurrence === undefined ? [] : [occurrence])]
        .join('/')
        .replace(/[^!-~]/g, '_'),
    };
    return { headers: { ...headers, ...signatureOf(secret, body, nowMs) }, body };
  },
});
