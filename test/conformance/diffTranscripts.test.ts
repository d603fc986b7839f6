import fc from 'fast-check';
import { diffTranscripts } from './diffTranscripts';

describe('diffTranscripts', () => {
  it('is empty for equal ones', () => {
    expect(diffTranscripts(['a', 'b'], ['a', 'b'])).toEqual([]);
  });

  it('shows a missing, an additional and a different line where they are', () => {
    expect(diffTranscripts(['a', 'b', 'c', 'd'], ['a', 'c', 'x', 'e'])).toEqual(['  a', '- b', '  c', '- d', '+ x', '+ e']);
  });

  it('holds both transcripts whole, whatever they are', () => {
    const transcripts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(transcripts, transcripts, (expected, found) => {
        const diff = diffTranscripts(expected, found);
        if (diff.length === 0) return expect(found).toEqual(expected);
        const without = (mark: string) => diff.filter((line) => !line.startsWith(mark)).map((line) => line.slice(2));
        expect(without('+')).toEqual(expected);
        expect(without('-')).toEqual(found);
      }),
    );
  });
});
