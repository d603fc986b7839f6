import { useState } from 'react';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { Button } from '@backstage/ui';

/** Puts a text on the clipboard; the text may have to be fetched first. */
export function CopyButton({ label, read }: { label: string; read: () => string | Promise<string> }) {
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'failed'>('idle');
  async function copy() {
    try {
      await navigator.clipboard.writeText(await read());
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  }
  const said = { idle: label, copied: 'Copied', failed: 'Could not copy' }[outcome];
  return (
    <Button variant="tertiary" iconStart={outcome === 'copied' ? <RiCheckLine /> : <RiFileCopyLine />} onPress={copy}>
      {said}
    </Button>
  );
}
