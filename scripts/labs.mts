// What the labs of `npm run test:system` need and a fresh machine lacks. Where something cannot be had, the tests themselves say so.
import { installFacsimile, facsimileMissing } from '../test/support/facsimile';
import { buildLab, guestMissing } from '../test/support/guest';
import { nodeMajors, nodeOf } from '../test/support/nodeVersions';
import { findServer, oldestServer } from '../test/support/vscodeServer';

const attempt = (fetch: () => unknown) => {
  try {
    fetch();
  } catch (error) {
    console.log(String(error));
  }
};
if (!facsimileMissing) attempt(installFacsimile);
if (!guestMissing) attempt(buildLab);
attempt(() => findServer(oldestServer));
for (const major of nodeMajors) attempt(() => nodeOf(major));
