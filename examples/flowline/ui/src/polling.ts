import { useEffect, useState } from "react";

export interface Polled<Value> {
  value: Value | undefined;
  error: string | undefined;
}

/**
 * Loads a value and loads it again every `pause` milliseconds. After a failed attempt the last
 * value stays, so that a server that restarts does not blank the page. `load` must be stable
 * between renders; a new one starts over.
 */
export function usePolled<Value>(load: () => Promise<Value>, pause: number): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>({ value: undefined, error: undefined });

  useEffect(() => {
    let active = true;
    let timer: ReturnType<typeof setTimeout>;

    async function poll() {
      try {
        const value = await load();
        if (active) {
          setPolled({ value, error: undefined });
        }
      } catch (cause) {
        if (active) {
          const error = cause instanceof Error ? cause.message : String(cause);
          setPolled((last) => ({ ...last, error }));
        }
      }
      if (active) {
        timer = setTimeout(poll, pause);
      }
    }

    setPolled({ value: undefined, error: undefined });
    void poll();
    return () => {
      active = false;
      clearTimeout(timer);
    };
  }, [load, pause]);

  return polled;
}
