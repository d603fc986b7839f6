import type { Alert } from '@aviary/provider-contract';

/** The JSON that Flagger posts to Slack (pkg/notifier of v1.44). */
export interface SlackMessage {
  channel: string;
  username: string;
  icon_url: string;
  icon_emoji: string;
  attachments: {
    color: 'good' | 'danger';
    author_name: string;
    text: string;
    mrkdwn_in: ('text' | 'pretext' | 'fields')[];
    fields: { title: string; value: string; short: boolean }[];
  }[];
}

/** An alert as a Slack message: one attachment, red for errors and green for all else, warnings included. */
export function message(alert: Alert, channel: string, username: string): SlackMessage {
  return {
    channel,
    username,
    icon_url: '',
    icon_emoji: ':rocket:',
    attachments: [
      {
        color: alert.severity === 'error' ? 'danger' : 'good',
        author_name: `${alert.canary.name}.${alert.canary.namespace}`,
        text: alert.message,
        mrkdwn_in: ['text'],
        fields: alert.fields.map(({ name, value }) => ({ title: name, value, short: false })),
      },
    ],
  };
}
