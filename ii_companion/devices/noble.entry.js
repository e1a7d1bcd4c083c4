export { ed25519 } from '@noble/curves/ed25519.js';
export { hkdf, extract, expand } from '@noble/hashes/hkdf.js';
export { sha256 } from '@noble/hashes/sha2.js';
export { hmac } from '@noble/hashes/hmac.js';
export { chacha20poly1305 } from '@noble/ciphers/chacha.js';
