// A real browser without a screen, which reaches nothing but loopback addresses.
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-dev-shm-usage'];

/** Generous: how long a page takes is not what a scenario is about. */
export const timeout = 60_000;

/** Runs a scenario in a browser of its own; whatever happens, it is closed. */
export async function inChromium(scenario) {
  const browser = await chromium.launch({ executablePath, args, timeout });
  try {
    const context = await browser.newContext({ locale: 'en' });
    context.setDefaultTimeout(timeout);
    const page = await context.newPage();
    page.on('console', (message) => console.log(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => console.log(`[error] ${error.message}`));
    await scenario(page);
  } finally {
    await browser.close();
  }
}
