import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite` finds a server to talk to while the console is being worked on. */
const serverOrigin = process.env.CARREL_SERVER ?? 'https://127.0.0.1:7443';
/** A server makes its own certificate authority, which this proxy does not know. */
const proxied = { target: serverOrigin, secure: false, changeOrigin: true };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': proxied } },
  // What writes PDF is as large as all else of the planner: a thread loads it when it is asked for.
  worker: { format: 'es' },
  build: { target: 'es2024', outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0 },
});
