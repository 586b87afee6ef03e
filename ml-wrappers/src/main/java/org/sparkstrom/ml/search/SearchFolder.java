// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * Saved searches and their models: {@code metadata/} as Spark has it, the parts as folders of their
 * own, and a JSON file in {@code data/}, which is written last.
 */
final class SearchFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ESTIMATOR = "estimator";
  private static final String EVALUATOR = "evaluator";
  private static final String CANDIDATES = "candidates.json";
  private static final String MODEL = "bestModel";
  private static final String FACTS = "search.json";

  private final String root;
  private final FileSystem files;

  private SearchFolder(String root, SparkContext context) {
    this.root = root;
    try {
      this.files = new Path(root).getFileSystem(context.hadoopConfiguration());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reach '" + root + "'", e);
    }
  }

  static MLWriter writer(HyperparameterSearch search) {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        SearchFolder folder = new SearchFolder(path, sc());
        MLWritable estimator = writable(search, search.estimator());
        MLWritable evaluator = writable(search, search.evaluator());
        StageMetadata.save(search, path, sc());
        folder.save(estimator, ESTIMATOR);
        folder.save(evaluator, EVALUATOR);
        folder.write(CANDIDATES, candidates(search.candidates()));
      }
    };
  }

  static MLWriter writer(HyperparameterSearchModel model) {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        SearchFolder folder = new SearchFolder(path, sc());
        MLWritable best = writable(model, model.bestModel());
        StageMetadata.save(model, path, sc());
        folder.save(best, MODEL);
        folder.write(FACTS, model.facts().toJson());
      }
    };
  }

  static MLReader<HyperparameterSearch> searchReader() {
    return new MLReader<>() {
      @Override
      public HyperparameterSearch load(String path) {
        SearchFolder folder = new SearchFolder(path, sc());
        Estimator<?> estimator =
            StageMetadata.loadAny(folder.path(ESTIMATOR), sc(), Estimator.class);
        Evaluator evaluator = StageMetadata.loadAny(folder.path(EVALUATOR), sc(), Evaluator.class);
        ParamMap[] candidates =
            candidates(folder.read(CANDIDATES), estimator, folder.path("data/" + CANDIDATES));
        return StageMetadata.load(
            path,
            sc(),
            HyperparameterSearch.class,
            uid -> new HyperparameterSearch(uid, estimator, evaluator, candidates));
      }
    };
  }

  static MLReader<HyperparameterSearchModel> modelReader() {
    return new MLReader<>() {
      @Override
      public HyperparameterSearchModel load(String path) {
        SearchFolder folder = new SearchFolder(path, sc());
        Transformer best = StageMetadata.loadAny(folder.path(MODEL), sc(), Transformer.class);
        SearchFacts facts = SearchFacts.fromJson(folder.read(FACTS), folder.path("data/" + FACTS));
        return StageMetadata.load(
            path,
            sc(),
            HyperparameterSearchModel.class,
            uid -> new HyperparameterSearchModel(uid, best, facts));
      }
    };
  }

  private static MLWritable writable(Params owner, Params part) {
    if (part instanceof MLWritable writable) {
      return writable;
    }
    throw new IllegalArgumentException(
        "%s can only be saved with parts that can, but %s cannot: it must be MLWritable"
            .formatted(owner.uid(), part.uid()));
  }

  private String path(String part) {
    return new Path(root, part).toString();
  }

  private void save(MLWritable part, String name) {
    try {
      part.write().save(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save to '" + path(name) + "'", e);
    }
  }

  private void write(String name, String text) {
    Path file = new Path(path("data"), name);
    try (OutputStream out = files.create(file, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write '" + file + "'", e);
    }
  }

  private String read(String name) {
    Path file = new Path(path("data"), name);
    try (InputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read '" + file + "', which saving a search writes last", e);
    }
  }

  private static String candidates(ParamMap[] candidates) {
    ArrayNode all = JSON.createArrayNode();
    for (ParamMap candidate : candidates) {
      ArrayNode values = all.addArray();
      for (ParamPair<?> pair : ParamValues.pairs(candidate)) {
        values
            .addObject()
            .put("parent", pair.param().parent())
            .put("param", pair.param().name())
            .put("value", encode(pair));
      }
    }
    return all.toPrettyString();
  }

  private static <T> String encode(ParamPair<T> pair) {
    return pair.param().jsonEncode(pair.value());
  }

  private static ParamMap[] candidates(String text, Estimator<?> estimator, String path) {
    List<Params> owners =
        Stream.concat(Stream.<Params>of(estimator), StageSettings.flat(estimator).stream())
            .toList();
    List<ParamMap> candidates = new ArrayList<>();
    try {
      for (JsonNode values : JSON.readTree(text)) {
        ParamMap candidate = new ParamMap();
        for (JsonNode value : values) {
          String parent = value.path("parent").asText();
          Params owner =
              owners.stream()
                  .filter(stage -> stage.uid().equals(parent))
                  .findFirst()
                  .orElseThrow(() -> foreign(value, path));
          Param<Object> param = owner.getParam(value.path("param").asText());
          candidate.put(param, param.jsonDecode(value.path("value").asText()));
        }
        candidates.add(candidate);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' must be the JSON that saving a search writes, but is damaged: %s"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
    return candidates.toArray(ParamMap[]::new);
  }

  private static IllegalArgumentException foreign(JsonNode value, String path) {
    return new IllegalArgumentException(
        "'%s' must set Params of the saved estimator, but has %s".formatted(path, value));
  }
}
