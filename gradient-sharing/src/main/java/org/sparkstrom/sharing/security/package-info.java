// SPDX-License-Identifier: Apache-2.0
/**
 * Keys and authenticated encryption for everything that the workers of one fit say to each other.
 *
 * <p>The entry class is {@link org.sparkstrom.sharing.security.SessionKeys}: it turns the {@link
 * org.sparkstrom.sharing.security.FitSecret} of a fit into one key per sender and one per control
 * connection; {@link org.sparkstrom.sharing.security.Aead} seals and opens bytes under such a key.
 * The package knows nothing of what the bytes mean or how they travel.
 */
package org.sparkstrom.sharing.security;
