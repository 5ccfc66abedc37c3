import { useEffect, useRef, useState } from 'react';
import type { CallRequest } from '../../lib/call-code.ts';
import { sendCall, type CallAnswer } from './send-call.ts';

const waitMsMax = 120_000;

/** How far a call that is tried has come. */
export type TryState =
  | { kind: 'idle' }
  | { kind: 'sending' }
  | { kind: 'answered'; answer: CallAnswer }
  /** Nothing came that this page may read. */
  | { kind: 'silent'; reason: 'stopped' | 'unreachable' };

/** Sends calls, one at a time. What still runs when the page goes is stopped. */
export function useTryCall() {
  const [state, setState] = useState<TryState>({ kind: 'idle' });
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  return {
    state,
    send: async (request: CallRequest, apiKey: string) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ kind: 'sending' });
      const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(waitMsMax)]);
      try {
        const answer = await sendCall(request, apiKey, signal);
        if (running.current === controller) setState({ kind: 'answered', answer });
      } catch {
        const reason = signal.aborted ? 'stopped' : 'unreachable';
        if (running.current === controller) setState({ kind: 'silent', reason });
      }
    },
    stop: () => running.current?.abort(),
  };
}
