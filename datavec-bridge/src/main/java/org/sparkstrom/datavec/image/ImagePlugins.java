// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Makes the image plug-ins known to ImageIO.
 *
 * <p>ImageIO looks for plug-ins once, with the class loader of the thread that first asks, and so
 * does not see the jars of a Spark job whose executor has used ImageIO before.
 */
final class ImagePlugins {
  private ImagePlugins() {}

  /** Registers the plug-ins with the registry of this application, unless they are there. */
  static synchronized void register() {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    if (registry.getServiceProviderByClass(JPEGImageReaderSpi.class) == null) {
      registry.registerServiceProvider(new JPEGImageReaderSpi(), ImageReaderSpi.class);
    }
    if (registry.getServiceProviderByClass(TIFFImageReaderSpi.class) == null) {
      registry.registerServiceProvider(new TIFFImageReaderSpi(), ImageReaderSpi.class);
    }
  }
}
