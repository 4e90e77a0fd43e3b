import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cookbookPage } from '../../scripts/reference/cookbook.ts';
import { root } from '../architecture/source-files.ts';

const page = cookbookPage();

describe('the policy cookbook', () => {
  it('has for every class what it shows, what helps, what never does, its alert and its policy', () => {
    const sections = page.split(/^## /m).slice(1);
    expect(sections.length).toBeGreaterThan(8);
    for (const section of sections) {
      for (const part of [
        '**Shows as**',
        '**Can help**',
        '**Never helps**',
        '**Alert**: `',
        '**Policy**: [policies/',
      ]) {
        expect(section).toContain(part);
      }
    }
  });

  it('leaves out the line by which editors find the schema', () => {
    expect(page).not.toContain('yaml-language-server');
  });

  it('says for a policy without steps that people are told', () => {
    expect(page).toMatch(/unschedulable\.yaml\): no step/);
  });

  it('has a section for each runbook that a rule with a ready-made policy names', () => {
    const rules = readFileSync(join(root, 'deploy', 'monitoring', 'remediation-rules.yaml'), 'utf8');
    const named = [...rules.matchAll(/policy-cookbook\.md#([a-z-]+)/g)].map(([, name]) => name ?? '');
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, name]) => name ?? '');
    expect(sections.filter((name) => !named.includes(name))).toEqual([]);
  });
});
