import type { Notifier } from './define-notifier.ts';
import discord from './discord.ts';
import jiraOperations from './jira-operations.ts';
import pagerduty from './pagerduty.ts';
import slack from './slack.ts';
import teams from './teams.ts';
import webhook from './webhook.ts';

/** Every notifier there is: one file each, in the order of their names. */
export const notifiers: readonly Notifier[] = [discord, jiraOperations, pagerduty, slack, teams, webhook];
