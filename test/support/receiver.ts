import { openReceiver as open, type Received, type ReceiverAnswer } from '../../sandbox/receiver.ts';

/** A receiver on loopback that keeps what it was sent and answers as it is told; `never` leaves the sender waiting. */
export async function openReceiver(answer: ReceiverAnswer | ((request: Received) => ReceiverAnswer) | 'never') {
  const received: Received[] = [];
  const { url, close } = await open((request) => {
    received.push(request);
    if (answer === 'never') return undefined;
    return { body: 'thanks', ...(typeof answer === 'function' ? answer(request) : answer) };
  });
  return { url: `${url}/hook?token=in-the-url`, received, close };
}
