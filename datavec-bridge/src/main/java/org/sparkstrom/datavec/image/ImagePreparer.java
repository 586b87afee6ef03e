// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.datavec.api.transform.schema.Schema;
import org.sparkstrom.datavec.SparkSchemas;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.ColumnStage;
import org.sparkstrom.datavec.column.ParamRules;

/**
 * Makes features of image files: decodes, turns upright, crops, resizes, scales.
 *
 * <p>{@code inputCol} (default "content") holds the bytes of files, as Spark's binaryFile source
 * gives them, or their paths on any Hadoop file system: then tasks read the files, and one that is
 * missing or longer than {@code maxFileBytes} is a bad value too. {@code outputCol} holds the
 * samples, flat, [channel][row][column], of {@code channels x height x width} entries, as {@code
 * outputType} says: float (array&lt;float&gt;, default), vector (ml Vector) or uint8 (binary, for
 * storage: 0 to 255, not scaled). The column's metadata tells the shape to DataVec, and a vector's
 * length to spark.ml.
 *
 * <p>What becomes of a file:
 *
 * <ul>
 *   <li>JPEG, PNG, GIF, BMP, TIFF and WBMP are read, and what other ImageIO plug-ins on the class
 *       path read
 *   <li>an animated or paged file: its first image
 *   <li>gray, palette, 1 to 16 bits a sample: all come to the range 0 to 255, fractions kept
 *   <li>CMYK: converted to sRGB, by the file's colour profile where it has one
 *   <li>transparent pixels show {@code background}
 *   <li>EXIF orientation of JPEG, TIFF and PNG is applied; a damaged EXIF block is ignored
 *   <li>truncated, damaged, empty, no image, over {@code maxPixels}: a bad value, for {@code
 *       handleInvalid}
 * </ul>
 */
public final class ImagePreparer extends ColumnStage<ImagePreparer> {
  private static final long serialVersionUID = 1L;
  private static final int MAX_SIDE = 16_384;
  private static final long DEFAULT_MAX_PIXELS = 1L << 26;
  private static final int DEFAULT_MAX_FILE_BYTES = 1 << 26;

  private final IntParam height;
  private final IntParam width;
  private final Param<String> fit;
  private final Param<String> colorMode;
  private final DoubleParam cropFraction;
  private final DoubleParam scale;
  private final DoubleArrayParam mean;
  private final DoubleArrayParam std;
  private final IntParam background;
  private final Param<String> outputType;
  private final LongParam maxPixels;
  private final IntParam maxFileBytes;
  private final Param<String> originCol;

  /** A stage with a random uid. */
  public ImagePreparer() {
    this(Identifiable$.MODULE$.randomUID("imagePreparer"));
  }

  /** A stage with this uid. */
  public ImagePreparer(String uid) {
    super(uid);
    height = side("height");
    width = side("width");
    fit = word("fit", "how an image of another shape is made to fit", Fit.values());
    colorMode = word("colorMode", "the channels and their order", ColorMode.values());
    cropFraction =
        new DoubleParam(
            this,
            "cropFraction",
            "share of the image's height and width to keep, centred, before it is resized",
            ParamRules.between("cropFraction", 0.001, 1.0));
    scale =
        new DoubleParam(
            this,
            "scale",
            "what samples of 0 to 255 are multiplied by",
            ParamRules.between("scale", -1e9, 1e9));
    mean =
        new DoubleArrayParam(
            this,
            "mean",
            "what is subtracted from scaled samples: one value or one a channel; empty for none",
            ParamRules.that(values -> requireFinite("mean", values)));
    std =
        new DoubleArrayParam(
            this,
            "std",
            "what samples are divided by in the end: one value or one a channel; empty for none",
            ParamRules.that(ImagePreparer::requireDivisors));
    background =
        new IntParam(
            this,
            "background",
            "gray from 0 to 255 beside a padded image and under transparent pixels",
            ParamRules.between("background", 0, 255));
    outputType = word("outputType", "how the samples are stored", ElementType.values());
    maxPixels =
        new LongParam(
            this,
            "maxPixels",
            "the most pixels of an image that is decoded, checked before it is",
            ParamRules.between("maxPixels", 1, Integer.MAX_VALUE));
    maxFileBytes =
        new IntParam(
            this,
            "maxFileBytes",
            "the longest file that is read, where the input column holds paths",
            ParamRules.between("maxFileBytes", 1, Integer.MAX_VALUE - 8));
    originCol =
        new Param<>(
            this,
            "originCol",
            "string column that tells in errors which file it was, where the DataFrame has it");
    setDefaults();
  }

  private void setDefaults() {
    setDefault(inputCol(), "content");
    setDefault(outputCol(), "features");
    setDefault(height, 224);
    setDefault(width, 224);
    setDefault(fit, name(Fit.STRETCH));
    setDefault(colorMode, name(ColorMode.RGB));
    setDefault(cropFraction, 1.0);
    setDefault(scale, 1.0 / 255.0);
    setDefault(mean, new double[0]);
    setDefault(std, new double[0]);
    setDefault(background, 0);
    setDefault(outputType, name(ElementType.FLOAT));
    setDefault(maxPixels, DEFAULT_MAX_PIXELS);
    setDefault(maxFileBytes, DEFAULT_MAX_FILE_BYTES);
    setDefault(originCol, "path");
  }

  /** Param for the height of the output in pixels, 224 by default. */
  public IntParam height() {
    return height;
  }

  /** Param for the width of the output in pixels, 224 by default. */
  public IntParam width() {
    return width;
  }

  /** Param for how images of another shape fit: stretch (default), crop or pad. */
  public Param<String> fit() {
    return fit;
  }

  /** Param for the channels: rgb (default), bgr or gray. */
  public Param<String> colorMode() {
    return colorMode;
  }

  /** Param for the centred share of each side to keep, 1 by default. */
  public DoubleParam cropFraction() {
    return cropFraction;
  }

  /** Param for the factor of samples, 1/255 by default. */
  public DoubleParam scale() {
    return scale;
  }

  /** Param for what is subtracted after scaling; empty (default) for none. */
  public DoubleArrayParam mean() {
    return mean;
  }

  /** Param for what is divided by after the mean; empty (default) for none. */
  public DoubleArrayParam std() {
    return std;
  }

  /** Param for the gray beside and under the image, 0 by default. */
  public IntParam background() {
    return background;
  }

  /** Param for the storage of samples: float (default), vector or uint8. */
  public Param<String> outputType() {
    return outputType;
  }

  /** Param for the most pixels to decode, 2^26 by default. */
  public LongParam maxPixels() {
    return maxPixels;
  }

  /** Param for the longest file to read by path, 64 MiB by default. */
  public IntParam maxFileBytes() {
    return maxFileBytes;
  }

  /** Param for the column that names files in errors, "path" by default. */
  public Param<String> originCol() {
    return originCol;
  }

  public int getHeight() {
    return (int) getOrDefault(height);
  }

  public int getWidth() {
    return (int) getOrDefault(width);
  }

  public String getFit() {
    return getOrDefault(fit);
  }

  public String getColorMode() {
    return getOrDefault(colorMode);
  }

  public double getCropFraction() {
    return (double) getOrDefault(cropFraction);
  }

  public double getScale() {
    return (double) getOrDefault(scale);
  }

  public double[] getMean() {
    return getOrDefault(mean).clone();
  }

  public double[] getStd() {
    return getOrDefault(std).clone();
  }

  public int getBackground() {
    return (int) getOrDefault(background);
  }

  public String getOutputType() {
    return getOrDefault(outputType);
  }

  public long getMaxPixels() {
    return (long) getOrDefault(maxPixels);
  }

  public int getMaxFileBytes() {
    return (int) getOrDefault(maxFileBytes);
  }

  public String getOriginCol() {
    return getOrDefault(originCol);
  }

  /** Sets height and width of the output in pixels. */
  public ImagePreparer setSize(int height, int width) {
    set(this.height, height);
    set(this.width, width);
    return this;
  }

  public ImagePreparer setHeight(int pixels) {
    set(height, pixels);
    return this;
  }

  public ImagePreparer setWidth(int pixels) {
    set(width, pixels);
    return this;
  }

  /** Sets how images of another shape fit: stretch, crop or pad. */
  public ImagePreparer setFit(String value) {
    set(fit, value);
    return this;
  }

  /** Sets the channels: rgb, bgr or gray. */
  public ImagePreparer setColorMode(String value) {
    set(colorMode, value);
    return this;
  }

  public ImagePreparer setCropFraction(double share) {
    set(cropFraction, share);
    return this;
  }

  public ImagePreparer setScale(double factor) {
    set(scale, factor);
    return this;
  }

  public ImagePreparer setMean(double... values) {
    set(mean, values);
    return this;
  }

  public ImagePreparer setStd(double... values) {
    set(std, values);
    return this;
  }

  public ImagePreparer setBackground(int gray) {
    set(background, gray);
    return this;
  }

  /** Sets the storage of samples: float, vector or uint8. */
  public ImagePreparer setOutputType(String value) {
    set(outputType, value);
    return this;
  }

  public ImagePreparer setMaxPixels(long pixels) {
    set(maxPixels, pixels);
    return this;
  }

  public ImagePreparer setMaxFileBytes(int bytes) {
    set(maxFileBytes, bytes);
    return this;
  }

  public ImagePreparer setOriginCol(String name) {
    set(originCol, name);
    return this;
  }

  @Override
  public ImagePreparer copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<ImagePreparer> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static ImagePreparer load(String path) {
    return read().load(path);
  }

  @Override
  protected void check(StructField input) {
    if (!input.dataType().equals(DataTypes.BinaryType)
        && !input.dataType().equals(DataTypes.StringType)) {
      throw new IllegalArgumentException(
          uid()
              + ": inputCol '"
              + input.name()
              + "' must be binary (the bytes of image files, as spark.read().format(\"binaryFile\")"
              + " gives them) or string (their paths), but is "
              + input.dataType().catalogString());
    }
    recipe();
  }

  @Override
  protected StructField output(StructField input) {
    ImageRecipe recipe = recipe();
    String name = getOutputCol();
    long[] shape = {recipe.colors().channels(), recipe.height(), recipe.width()};
    Metadata metadata = Metadata.empty();
    if (recipe.type() != ElementType.UINT8) {
      Schema described = new Schema.Builder().addColumnNDArray(name, shape).build();
      metadata = SparkSchemas.toSpark(described).apply(0).metadata();
    }
    if (recipe.type() == ElementType.VECTOR) {
      metadata = new AttributeGroup(name, recipe.length()).toMetadata(metadata);
    }
    if (recipe.type() == ElementType.UINT8) {
      metadata = new MetadataBuilder().putLongArray("shape", shape).build();
    }
    return new StructField(name, recipe.type().sparkType(), true, metadata);
  }

  @Override
  protected ColumnFunction function(StructField input, SparkSession spark) {
    ImageRecipe recipe = recipe();
    if (input.dataType().equals(DataTypes.BinaryType)) {
      return content -> recipe.prepare((byte[]) content);
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    FileBytes files = new FileBytes(hadoop, (int) getOrDefault(maxFileBytes));
    return path -> recipe.prepare(files.read((String) path));
  }

  @Override
  protected Optional<String> originColumn(StructType schema) {
    String origin = getOrDefault(originCol);
    boolean there =
        Arrays.stream(schema.fields())
            .anyMatch(f -> f.name().equals(origin) && f.dataType().equals(DataTypes.StringType));
    return there ? Optional.of(origin) : Optional.empty();
  }

  private ImageRecipe recipe() {
    ColorMode colors = choice(ColorMode.values(), getOrDefault(colorMode));
    ElementType type = choice(ElementType.values(), getOrDefault(outputType));
    if (type == ElementType.UINT8 && (isSet(scale) || isSet(mean) || isSet(std))) {
      throw new IllegalArgumentException(
          uid()
              + ": outputType uint8 holds samples from 0 to 255, which scale, mean and std would"
              + " leave; clear those, or set outputType to float or vector");
    }
    Scaling scaling =
        type == ElementType.UINT8
            ? Scaling.none(colors.channels())
            : Scaling.of(
                (double) getOrDefault(scale),
                getOrDefault(mean),
                getOrDefault(std),
                colors.channels());
    return new ImageRecipe(
        (int) getOrDefault(height),
        (int) getOrDefault(width),
        choice(Fit.values(), getOrDefault(fit)),
        colors,
        (double) getOrDefault(cropFraction),
        (int) getOrDefault(background),
        scaling,
        type,
        (long) getOrDefault(maxPixels));
  }

  private IntParam side(String name) {
    return new IntParam(
        this, name, name + " of the output in pixels", ParamRules.between(name, 1, MAX_SIDE));
  }

  private Param<String> word(String name, String doc, Enum<?>[] choices) {
    List<String> words = Arrays.stream(choices).map(ImagePreparer::name).toList();
    String spelled = doc + ": " + String.join(", ", words);
    return new Param<>(this, name, spelled, ParamRules.oneOf(name, words));
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E choice(E[] choices, String name) {
    return Arrays.stream(choices).filter(c -> name(c).equals(name)).findFirst().orElseThrow();
  }

  private static void requireFinite(String name, double[] values) {
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          name + " must be finite numbers, but is " + Arrays.toString(values));
    }
  }

  private static void requireDivisors(double[] values) {
    requireFinite("std", values);
    if (Arrays.stream(values).anyMatch(value -> value <= 0)) {
      throw new IllegalArgumentException("std must be above 0, but is " + Arrays.toString(values));
    }
  }

  private static final class Reader implements DefaultParamsReadable<ImagePreparer> {}
}
