/** A text field whose value lives in the address: what is typed arrives there after a moment. */
import { useEffect, useRef, useState } from 'react';

const PAUSE_MS = 200;

export function useTyped(value: string, arrive: (value: string) => void): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const latest = useRef(arrive);
  latest.current = arrive;
  useEffect(() => {
    // Somebody went back, or followed a link: the field shows what the address says.
    if (value !== sent.current) {
      sent.current = value;
      setTyped(value);
    }
  }, [value]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      latest.current(typed);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
