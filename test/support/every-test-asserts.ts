// Run before every test file of every layer: a test that asserts nothing fails, a loop over an empty list among them.
import { beforeEach, expect } from '@jest/globals';

beforeEach(() => expect.hasAssertions());
