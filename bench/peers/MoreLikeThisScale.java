import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.queries.mlt.MoreLikeThis;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene's MoreLikeThis under load. Arguments: a folder for the index, `en` or `zh`, how many articles are only added.
 * Reads `headline TAB text`, an article a line. Each after the first so many is added, made visible (a reader opened
 * anew), and asked for its fifty most similar, with MoreLikeThis's defaults and with up to a hundred terms. Prints JSON:
 * microseconds of processor time of each of these acts (this thread's: merging beside it is not counted), seconds of the
 * filling, bytes of the index and of the heap.
 */
public final class MoreLikeThisScale {
    private static final int HITS = 50;

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Analyzer analyzer = arguments[1].equals("zh") ? new CJKAnalyzer() : new EnglishAnalyzer();
        int filling = Integer.parseInt(arguments[2]);
        long[] adds = new long[0];
        long[] opens = adds;
        long[] defaults = adds;
        long[] tuned = adds;
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var directory = FSDirectory.open(folder);
                var writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
            int count = 0;
            long filled = 0;
            DirectoryReader reader = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine(), count++) {
                String[] article = line.split("\t", 2);
                long start = cpu();
                add(writer, count, article);
                long added = cpu();
                if (count < filling) {
                    filled += added - start;
                    continue;
                }
                DirectoryReader now = reader == null ? DirectoryReader.open(writer) : DirectoryReader.openIfChanged(reader);
                if (reader != null) {
                    reader.close();
                }
                reader = now;
                long opened = cpu();
                adds = with(adds, added - start);
                opens = with(opens, opened - added);
                defaults = with(defaults, ask(new MoreLikeThis(reader), reader, analyzer, article));
                var wide = new MoreLikeThis(reader);
                wide.setMinTermFreq(1);
                wide.setMinDocFreq(2);
                wide.setMaxQueryTerms(100);
                wide.setBoost(true);
                tuned = with(tuned, ask(wide, reader, analyzer, article));
            }
            writer.commit();
            System.gc();
            long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            System.out.printf(
                    "{\"articles\": %d, \"fill_seconds\": %.3f, \"index_bytes\": %d, \"heap_bytes\": %d, \"add\": %s,"
                            + " \"open\": %s, \"default\": %s, \"tuned\": %s}%n",
                    count, filled / 1e9, size(folder), heap, text(adds), text(opens), text(defaults), text(tuned));
            if (reader != null) {
                reader.close();
            }
        }
    }

    private static void add(IndexWriter writer, int number, String[] article) throws IOException {
        var document = new Document();
        document.add(new StringField("id", Integer.toString(number), Field.Store.YES));
        document.add(new TextField("text", article[0] + "\n" + article[1], Field.Store.NO));
        writer.addDocument(document);
    }

    private static long ask(MoreLikeThis similar, DirectoryReader reader, Analyzer analyzer, String[] article)
            throws IOException {
        long start = cpu();
        similar.setAnalyzer(analyzer);
        similar.setFieldNames(new String[] {"text"});
        var query = similar.like("text", new StringReader(article[0] + "\n" + article[1]));
        var searcher = new IndexSearcher(reader);
        var stored = searcher.storedFields();
        for (var hit : searcher.search(query, HITS).scoreDocs) {
            stored.document(hit.doc);
        }
        return cpu() - start;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long[] with(long[] all, long nanoseconds) {
        long[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = nanoseconds / 1000;
        return more;
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static String text(long[] numbers) {
        return Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
