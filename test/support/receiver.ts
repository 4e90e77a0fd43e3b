import { openReceiver as open, type Received, type ReceiverAnswer } from '../../sandbox/receiver.ts';

/** A receiver on loopback that keeps what it was sent and answers as it is told; `never` leaves the sender waiting. */
export async function openReceiver(answer: ReceiverAnswer | 'never') {
  const received: Received[] = [];
  const { url, close } = await open((request) => {
    received.push(request);
    return answer === 'never' ? undefined : { body: 'thanks', ...answer };
  });
  return { url: `${url}/hook?token=in-the-url`, received, close };
}
