import type { CheckResult } from '@aviary/plugin-rollouts-common';
import { checkLabel, formatLimit, formatValue } from '../format/formatValue';
import { VerdictMark } from '../parts/VerdictMark';
import { VERDICTS } from '../verdicts';

/** The checks of one look: values of both versions, limit, verdict. */
export function ChecksTable(props: { title: string; checks: CheckResult[]; versions: { from: string; to: string } }) {
  const { title, checks, versions } = props;
  return (
    <table className="av-checks">
      <thead>
        <tr>
          <th>{title}</th>
          <th className="av-right">Canary {versions.to}</th>
          <th className="av-right av-wide-only">Primary {versions.from}</th>
          <th className="av-right">Limit</th>
          <th>Verdict</th>
        </tr>
      </thead>
      <tbody>
        {checks.map((check, index) => (
          <tr key={index}>
            <td>
              {checkLabel(check)}
              {explains(check) && <span className="av-check-reason">{check.reason}</span>}
            </td>
            <td className={`av-right ${check.verdict === 'fail' ? 'av-strong' : ''}`}>{measured(check)}</td>
            <td className="av-right av-wide-only">{check.primaryValue === null ? dash() : formatValue(check.primaryValue, check.unit)}</td>
            <td className="av-right av-nowrap">{check.kind === 'webhook' ? '2xx' : formatLimit(check)}</td>
            <td>
              <VerdictMark look={VERDICTS[check.verdict]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A metric that did not pass says why; a webhook's reason stands in the column of its value. */
function explains(check: CheckResult): boolean {
  return check.kind === 'metric' && check.verdict !== 'pass' && check.verdict !== 'notAsked';
}

function measured(check: CheckResult) {
  if (check.kind === 'webhook') {
    return check.verdict === 'notAsked' ? dash() : webhookAnswer(check);
  }
  return check.value === null ? dash() : formatValue(check.value, check.unit);
}

function webhookAnswer({ reason, took }: CheckResult): string {
  return took === undefined || reason.length > 12 ? reason : `${reason} in ${Math.round(took)}\u00a0ms`;
}

function dash() {
  return <span className="av-quiet">–</span>;
}
