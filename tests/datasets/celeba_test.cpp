#include <faceptor/datasets/celeba.hpp>

#include <algorithm>
#include <utility>

#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/results/attributes.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using files::pickle::Writer;

namespace {

constexpr std::size_t kAttributes = results::kCelebaAttributeNames.size();
const std::vector<std::string> kPictures = {"000001.jpg", "000002.jpg", "000003.jpg", "000004.jpg"};
const std::string kPickle = "label.pkl", kLists = "list_attr_celeba.txt", kParts = "list_eval_partition.txt";

/// Whether picture i has attribute a, in the order of CelebA's names.
bool truth(std::size_t i, std::size_t a) { return (i * 7 + a * 3) % 5 < 2; }

/// label.pkl, each part of which a test may have otherwise.
struct Pickle {
  std::vector<std::string> names = kPictures;
  std::vector<std::string> attributes{results::kCelebaAttributeNames.begin(), results::kCelebaAttributeNames.end()};
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> partition = {
      {"train", {2, 0}}, {"val", {1}}, {"trainval", {0, 1, 2}}, {"test", {3}}};
  std::vector<std::size_t> row_sizes = std::vector<std::size_t>(4, kAttributes);
  std::vector<std::string> without = {};
  std::int64_t yes = 1;
  int protocol = 2;

  std::string bytes() const {
    Writer out(protocol);
    const auto has = [&](std::string_view part) { return std::find(without.begin(), without.end(), part) == without.end(); };
    const auto texts = [&](std::string_view name, const std::vector<std::string>& list) {
      if (!has(name)) return;
      out.text(name);
      out.begin_list();
      for (const auto& text : list) out.text(text);
      out.end();
    };
    out.begin_dict();
    texts("image_name", names);
    texts("attr_name", attributes);
    if (has("attr")) {
      out.text("attr");
      out.begin_list();
      for (std::size_t i = 0; i < row_sizes.size(); ++i) {
        out.begin_list();
        for (std::size_t a = 0; a < row_sizes[i]; ++a) out.integer(truth(i, a) ? yes : 0);
        out.end();
      }
      out.end();
    }
    if (has("partition")) {
      out.text("partition");
      out.begin_dict();
      for (const auto& [name, indices] : partition) {
        out.text(name);
        out.begin_list();
        for (const auto index : indices) out.integer(index);
        out.end();
      }
      out.end();
    }
    out.end();
    return out.finish();
  }
};

void make_pictures(const sets::Folder& folder) {
  for (const auto& name : kPictures) folder.picture("data/" + name, 9, 11);
}

void make_pickle(const sets::Folder& folder) {
  make_pictures(folder);
  folder.write(kPickle, Pickle().bytes());
}

std::string names_line() {
  std::string line;
  for (const auto name : results::kCelebaAttributeNames) line += std::string(name) + " ";
  return line + "\n";
}

std::string attributes_line(std::size_t i) {
  auto line = kPictures[i];
  for (std::size_t a = 0; a < kAttributes; ++a) line += truth(i, a) ? "  1" : " -1";
  return line + "\n";
}

void make_lists(const sets::Folder& folder) {
  make_pictures(folder);
  std::string lines = "4\n" + names_line();
  for (std::size_t i = 0; i < kPictures.size(); ++i) lines += attributes_line(i);
  folder.write(kLists, lines);
  folder.write(kParts, "000001.jpg 0\n000002.jpg 1\n000003.jpg 0\n000004.jpg 2\n");
}

sets::Action pickled(Pickle pickle) { return sets::write(kPickle, pickle.bytes()); }

/// "numpy.ndarray" of 4 x 40 as Python 3 writes it in protocol 2 and 3: made empty, then its state set.
std::string array_of_numpy(const std::string& type, const std::string& elements, std::int64_t rows = 4, std::int64_t columns = kAttributes,
                           bool by_columns = false) {
  using namespace std::string_literals;
  const auto small = [](std::int64_t value) { return std::string{'K', static_cast<char>(value)}; };
  const auto bytes = [](const std::string& text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    return "T" + std::string(reinterpret_cast<const char*>(&size), 4) + text;
  };
  return "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01"s + "btR(K\x01"s + small(rows) + small(columns) +
         "\x86"
         "cnumpy\ndtype\n(X\x02\x00\x00\x00"s +
         type + "K\x00K\x01tR(K\x03X\x01\x00\x00\x00<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"s + (by_columns ? "\x88" : "\x89") +
         bytes(elements) + "tb"s;
}

/// The pickle with an array in place of its list of rows.
std::string with_array(const std::string& array) {
  Pickle pickle;
  pickle.row_sizes = {};
  auto bytes = pickle.bytes();
  const std::string key("X\4\0\0\0attr](e", 12);
  const auto at = bytes.find(key);
  REQUIRE(at != std::string::npos);
  return bytes.replace(at + key.size() - 3, 3, array);
}

template <class T>
std::string elements(T one = 1) {
  std::string out;
  for (std::size_t i = 0; i < kPictures.size(); ++i) {
    for (std::size_t a = 0; a < kAttributes; ++a) {
      const T value = truth(i, a) ? one : T(0);
      out.append(reinterpret_cast<const char*>(&value), sizeof(T));
    }
  }
  return out;
}

/// The same, column after column.
std::string elements_by_columns() {
  std::string out;
  for (std::size_t a = 0; a < kAttributes; ++a) {
    for (std::size_t i = 0; i < kPictures.size(); ++i) out += truth(i, a) ? '\1' : '\0';
  }
  return out;
}

/// Which pictures a set has, and that each has the attributes it should.
std::vector<std::string> names_checked(const Dataset& set) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto annotation = set.annotation(i);
    names.push_back(annotation.name);
    const auto picture = static_cast<std::size_t>(annotation.name[10] - '1');
    const auto& values = std::get<AttributeLabels>(annotation.label).values;
    REQUIRE(values.size() == kAttributes);
    for (std::size_t a = 0; a < kAttributes; ++a) CHECK(values[a] == (truth(picture, a) ? 1 : 0));
  }
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("CelebA: the published pickle", "[data][datasets][celeba]") {
  for (const int protocol : {2, 3}) {
    const sets::Folder folder;
    make_pictures(folder);
    Pickle pickle;
    pickle.protocol = protocol;
    folder.write(kPickle, pickle.bytes());
    const auto set = open_celeba(folder.root());
    CHECK(set->info().format == "celeba");
    CHECK(set->info().split == "trainval");
    CHECK(set->info().kind == LabelKind::attributes);
    CHECK(set->info().classes == 40);
    CHECK(set->info().label_names.at(39) == "Young");
    CHECK(names_checked(*set) == Names{"data/000001.jpg", "data/000002.jpg", "data/000003.jpg"});
    CHECK(names_checked(*open_celeba(folder.root(), {.split = "train"})) == Names{"data/000003.jpg", "data/000001.jpg"});
    CHECK(names_checked(*open_celeba(folder.root(), {.split = "val"})) == Names{"data/000002.jpg"});
    CHECK(names_checked(*open_celeba(folder.root(), {.split = "test"})) == Names{"data/000004.jpg"});
    CHECK(set->read(2).image.height() == 11);
  }
}

TEST_CASE("CelebA: a pickle without trainval has train and then val", "[data][datasets][celeba]") {
  const sets::Folder folder;
  make_pictures(folder);
  Pickle pickle;
  std::erase_if(pickle.partition, [](const auto& part) { return part.first == "trainval"; });
  folder.write(kPickle, pickle.bytes());
  CHECK(names_checked(*open_celeba(folder.root())) == Names{"data/000003.jpg", "data/000001.jpg", "data/000002.jpg"});
}

TEST_CASE("CelebA: attributes in arrays of numpy", "[data][datasets][celeba]") {
  for (const auto& array : {array_of_numpy("i1", elements<std::int8_t>()), array_of_numpy("u1", elements<std::uint8_t>()),
                            array_of_numpy("b1", elements<std::uint8_t>()), array_of_numpy("i8", elements<std::int64_t>()),
                            array_of_numpy("f4", elements<float>()), array_of_numpy("f8", elements<double>()),
                            array_of_numpy("i1", elements_by_columns(), 4, kAttributes, true)}) {
    const sets::Folder folder;
    make_pictures(folder);
    folder.write(kPickle, with_array(array));
    CHECK(names_checked(*open_celeba(folder.root())).size() == 3);
  }
}

TEST_CASE("CelebA: its own lists", "[data][datasets][celeba]") {
  const sets::Folder folder;
  make_lists(folder);
  CHECK(names_checked(*open_celeba(folder.root())) == Names{"data/000001.jpg", "data/000002.jpg", "data/000003.jpg"});
  CHECK(names_checked(*open_celeba(folder.root(), {.split = "train"})) == Names{"data/000001.jpg", "data/000003.jpg"});
  CHECK(names_checked(*open_celeba(folder.root(), {.split = "val"})) == Names{"data/000002.jpg"});
  CHECK(names_checked(*open_celeba(folder.root(), {.split = "test"})) == Names{"data/000004.jpg"});
}

TEST_CASE("CelebA: 0 in the lists is unknown", "[data][datasets][celeba]") {
  const sets::Folder folder;
  make_lists(folder);
  sets::replace(kLists, "000001.jpg  1", "000001.jpg  0")(folder);
  const auto values = sets::label<AttributeLabels>(*open_celeba(folder.root()), 0).values;
  CHECK(values[0] == -1);
  CHECK(values[1] == (truth(0, 1) ? 1 : 0));
}

TEST_CASE("CelebA: names in another order, and what editors do to a file", "[data][datasets][celeba]") {
  const sets::Folder folder;
  make_pictures(folder);
  std::string lines = "4\n";
  for (std::size_t a = kAttributes; a-- > 0;) lines += std::string(results::kCelebaAttributeNames[a]) + " ";
  for (std::size_t i = 0; i < kPictures.size(); ++i) {
    lines += "\n" + kPictures[i];
    for (std::size_t a = kAttributes; a-- > 0;) lines += truth(i, a) ? "\t1" : " -1";
  }
  folder.write(kLists, sets::as_windows_writes(lines));
  folder.write(kParts, sets::as_windows_writes("000001.jpg 0\n000002.jpg 0\n000003.jpg 0\n000004.jpg 2"));
  CHECK(names_checked(*open_celeba(folder.root())).size() == 3);
  Pickle pickle;
  std::reverse(pickle.attributes.begin(), pickle.attributes.end());
  folder.write(kPickle, pickle.bytes());
  const auto reversed = sets::label<AttributeLabels>(*open_celeba(folder.root(), {.split = "val"}), 0).values;
  CHECK(reversed[0] == (truth(1, kAttributes - 1) ? 1 : 0));
}

TEST_CASE("CelebA: labels in another place", "[data][datasets][celeba]") {
  const sets::Folder folder;
  make_lists(folder);
  std::filesystem::create_directories(folder.root() / "anno");
  for (const auto& name : {kLists, kParts}) std::filesystem::rename(folder.root() / name, folder.root() / "anno" / name);
  CHECK(open_celeba(folder.root(), {.labels = "anno"})->size() == 3);
  CHECK(open_celeba(folder.root(), {.labels = "anno/" + kLists})->size() == 3);
  folder.write("anno/mine.pkl", Pickle().bytes());
  CHECK(open_celeba(folder.root(), {.split = "train", .labels = "anno/mine.pkl"})->annotation(0).name == "data/000003.jpg");
}

TEST_CASE("CelebA: spoilt pickles", "[data][datasets][celeba]") {
  const auto with = [](auto change) {
    Pickle pickle;
    change(pickle);
    return pickled(std::move(pickle));
  };
  const auto without = [&](std::string part) { return with([&](Pickle& p) { p.without = {part}; }); };
  const auto indices = [&](std::size_t part, std::vector<std::int64_t> list) {
    return with([&](Pickle& p) { p.partition[part].second = list; });
  };
  const auto array = [](const std::string& bytes) { return sets::write(kPickle, with_array(bytes)); };
  using namespace std::string_literals;
  sets::refuse(
      make_pickle, open_celeba,
      sets::faults_of_options() +
          std::vector<sets::Case>{
              {"no labels", sets::remove(kPickle), {"label.pkl", "list_attr_celeba.txt"}, ErrorCode::io},
              {"an empty pickle", sets::write(kPickle, ""), {kPickle, "empty"}},
              {"a pickle cut off", sets::cut(kPickle, 0.7), {kPickle}},
              {"a pickle of a text", sets::write(kPickle, "\x80\x02X\x01\0\0\0a."s), {kPickle, "attr_name"}},
              {"a text", sets::write(kPickle, "image_name"), {kPickle}},
              {"a pickle that calls",
               sets::write(kPickle, "\x80\x02"s + "cposix\nsystem\nX\x02\0\0\0id\x85R."s),
               {kPickle, "posix"},
               ErrorCode::unsupported},
              {"a pickle of a folder", sets::make_folder(kPickle), {kPickle, "folder"}, ErrorCode::io},
              {"no names", without("image_name"), {kPickle, "image_name"}},
              {"no attributes", without("attr"), {kPickle, "\"attr\""}},
              {"no names of attributes", without("attr_name"), {kPickle, "attr_name"}},
              {"no partition", without("partition"), {kPickle, "partition"}},
              {"39 names of attributes", with([](Pickle& p) { p.attributes.pop_back(); }), {kPickle, "40 names", "39"}},
              {"an attribute by another name", with([](Pickle& p) { p.attributes[2] = "Handsome"; }), {kPickle, "Attractive"}},
              {"a row too short", with([](Pickle& p) { p.row_sizes[1] = 39; }), {kPickle, "attr[1]", "39"}},
              {"a row too long", with([](Pickle& p) { p.row_sizes[3] = 41; }), {kPickle, "attr[3]", "41"}},
              {"a row missing", with([](Pickle& p) { p.row_sizes.pop_back(); }), {kPickle, "attr", "rows", "found 3"}},
              {"an attribute of 2", with([](Pickle& p) { p.yes = 2; }), {kPickle, "attr[0][0]", "0 or 1"}},
              {"an attribute of -1", with([](Pickle& p) { p.yes = -1; }), {kPickle, "attr[0][0]", "0 or 1"}},
              {"an index too large", indices(0, {0, 4}), {kPickle, "partition.train[1]", "0 to 3"}},
              {"an index below 0", indices(3, {-1}), {kPickle, "partition.test[0]", "-1"}},
              {"train and test overlap", indices(3, {0}), {kPickle, "partition.test", "in train"}},
              {"train and val overlap", indices(1, {2}), {kPickle, "partition.val", "in train"}},
              {"an index twice", indices(0, {0, 0}), {kPickle, "partition.train", "twice"}},
              {"trainval and test overlap", indices(2, {0, 3}), {kPickle, "partition.trainval", "picture 3"}},
              {"a part missing", with([](Pickle& p) { p.partition.erase(p.partition.begin()); }), {kPickle, "\"train\""}},
              {"an empty part", indices(2, {}), {kPickle, "no records"}},
              {"a picture twice", with([](Pickle& p) { p.names[1] = p.names[0]; }), {kPickle, "picture 2", "twice"}},
              {"a picture that leaves the folder", with([](Pickle& p) { p.names[0] = "../../x"; }), {kPickle, "picture 1", "leaves"}},
              {"a picture with an absolute path", with([](Pickle& p) { p.names[0] = "/x"; }), {kPickle, "picture 1", "absolute"}},
              {"a picture with a NUL", with([](Pickle& p) { p.names[0] = "a\0b"s; }), {kPickle, "picture 1", "NUL"}},
              {"a picture without a name", with([](Pickle& p) { p.names[0] = ""; }), {kPickle, "picture 1"}},
              {"a picture missing", sets::remove("data/000002.jpg"), {"000002.jpg", "sample 1"}, ErrorCode::io},
              {"a picture cut off", sets::cut("data/000001.jpg", 0.5), {"000001.jpg", "sample 0"}},
              {"an array of another shape", array(array_of_numpy("i1", elements<std::int8_t>(), 40, 4)), {kPickle, "attr", "40 x 4"}},
              {"an array of too few bytes", array(array_of_numpy("i2", elements<std::int8_t>())), {kPickle, "attr", "160 bytes"}},
              {"an array of texts", array(array_of_numpy("U1", elements<std::int32_t>())), {kPickle, "attr", "U1"}, ErrorCode::unsupported},
              {"an array of halves", array(array_of_numpy("f4", elements<float>(0.5F))), {kPickle, "attr", "whole"}},
              {"an array without a state",
               array("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85U\1btR"s),
               {kPickle, "attr", "numpy"}},
          });
}

TEST_CASE("CelebA: no label file does more than be refused", "[data][datasets][celeba]") {
  const auto make_array = [](const sets::Folder& folder) {
    make_pictures(folder);
    folder.write(kPickle, with_array(array_of_numpy("i1", elements<std::int8_t>())));
  };
  CHECK(sets::survive(make_array, open_celeba, kPickle, 5) > 300);
  CHECK(sets::survive(make_lists, open_celeba, kLists, 7) > 300);
  CHECK(sets::survive(make_lists, open_celeba, kParts, 2) > 50);
}

TEST_CASE("CelebA: spoilt lists", "[data][datasets][celeba]") {
  auto record = attributes_line(0).substr(kPictures[0].size());
  record.pop_back();
  const auto change = [](const char* from, const char* to) { return sets::replace(kLists, from, to); };
  std::vector<sets::Case> cases = sets::faults_of_label_files(kLists, kPictures[0], record);
  // These two are found where the files are matched, before paths are looked at.
  std::erase_if(cases,
                [](const sets::Case& one) { return one.name.starts_with("a picture's path") || one.name == "the label file is missing"; });
  sets::refuse(
      make_lists, open_celeba,
      std::move(cases) +
          std::vector<sets::Case>{
              {"no list of attributes", sets::remove(kLists), {"list_attr_celeba.txt"}, ErrorCode::io},
              {"no partition", sets::remove(kParts), {kParts}, ErrorCode::io},
              {"an empty partition", sets::write(kParts, ""), {kParts, "empty"}},
              {"a wrong count", change("4\n", "5\n"), {kLists, "first line", "found 4"}},
              {"a count that is no number", change("4\n", "four\n"), {kLists, "line 1", "field count"}},
              {"no count", change("4\n", ""), {kLists, "line 1", "too many fields"}},
              {"only a count", sets::write(kLists, "4\n"), {kLists, "no names"}},
              {"a name missing", change(" Young", ""), {kLists, "line 2", "found 39"}},
              {"a name twice", change(" Young", " Male"), {kLists, "line 2", "Young"}},
              {"a value missing", sets::replace(kLists, record, record.substr(0, record.size() - 3)), {kLists, "line 3", "too few fields"}},
              {"a value too many", sets::replace(kLists, record, record + " 1"), {kLists, "line 3", "too many fields"}},
              {"a value of 2", change("000001.jpg  1", "000001.jpg  2"), {kLists, "line 3", "5_o_Clock_Shadow", "-1 to 1"}},
              {"a value that is NaN", change("000001.jpg  1", "000001.jpg nan"), {kLists, "line 3", "5_o_Clock_Shadow"}},
              {"a picture that the partition lacks", sets::replace(kParts, "000002.jpg 1\n", ""), {kLists, "line 4", "000002.jpg", kParts}},
              {"a picture that the attributes lack", sets::append(kParts, "000009.jpg 0\n"), {kParts, "found 5"}},
              {"a part of 3", sets::replace(kParts, "jpg 1", "jpg 3"), {kParts, "line 2", "field part", "0 to 2"}},
              {"a part missing", sets::replace(kParts, "jpg 1", "jpg"), {kParts, "line 2", "too few fields"}},
              {"a picture twice in the partition", sets::append(kParts, "000001.jpg 0\n"), {kParts, "line 5", "twice", "000001.jpg"}},
              {"a picture that leaves the folder",
               [](const sets::Folder& folder) {
                 for (const auto& name : {kLists, kParts}) sets::replace(name, "000001.jpg", "../../1.jpg")(folder);
               },
               {kLists, "line 3", "leaves"}},
              {"a picture with an absolute path",
               [](const sets::Folder& folder) {
                 for (const auto& name : {kLists, kParts}) sets::replace(name, "000001.jpg", "/etc/1.jpg")(folder);
               },
               {kLists, "line 3", "absolute"}},
          });
}
