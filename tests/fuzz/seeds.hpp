#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/datasets/aflw19.hpp>
#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/datasets/ms1mv3.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/gallery/gallery.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results.hpp>

#include "datasets/npy_files.hpp"
#include "fuzz/targets.hpp"
#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "image/zoo.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

/// What fuzzing starts from: small sound files of every kind that the parsers read, and the zoo of pictures.
namespace fuzz {

struct Seed {
  std::string_view target;
  std::string name, bytes;
};

inline void add_pictures(std::vector<Seed>& seeds) {
  constexpr std::size_t kLargest = 8192;
  for (const auto& animal : zoo::animals()) {
    const std::string bytes(faceptor::files::text_of(animal.bytes));
    if (bytes.size() > kLargest) continue;
    seeds.push_back({"exif", animal.name, bytes});
    using faceptor::ImageFormat;
    switch (faceptor::sniff_format(animal.bytes).value_or(ImageFormat::bmp)) {
      case ImageFormat::jpeg: seeds.push_back({"jpeg", animal.name, bytes}); break;
      case ImageFormat::png: seeds.push_back({"png", animal.name, bytes}); break;
      case ImageFormat::webp: seeds.push_back({"webp", animal.name, bytes}); break;
      case ImageFormat::pnm: seeds.push_back({"pnm", animal.name, bytes}); break;
      default: seeds.push_back({"bmp_gif_psd", animal.name, bytes});
    }
  }
  for (const bool little : {false, true}) {
    seeds.push_back({"exif", little ? "little" : "big", std::string(faceptor::files::text_of(encoders::exif(6, little)))});
  }
}

inline void add_weights(std::vector<Seed>& seeds, const TemporaryFolder& folder) {
  using namespace faceptor::files;
  const std::vector<float> numbers = {1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> shape = {2, 3}, list = {3};
  const std::vector<std::uint8_t> small = {1, 0, 1};
  const TensorView tensors[] = {{"a.weight", DType::f32, shape, std::as_bytes(std::span(numbers))},
                                {"b", DType::u8, list, std::as_bytes(std::span(small))}};
  write_safetensors(folder / "a", tensors, {{"format", "pt"}, {"note", "x"}});
  seeds.push_back({"safetensors", "two", read_text(folder / "a")});
  write_safetensors(folder / "b", {});
  seeds.push_back({"safetensors", "none", read_text(folder / "b")});
  write_checkpoint(folder / "c", tensors, 7);
  seeds.push_back({"checkpoint", "zip", read_text(folder / "c")});

  pickle::Writer out(2);
  out.begin_dict();
  out.text("state_dict");
  out.begin_ordered_dict();
  out.text("w");
  out.begin_call("torch._utils", "_rebuild_tensor_v2");
  out.begin_persistent();
  out.text("storage");
  out.global("torch", "FloatStorage");
  out.text("0");
  out.text("cpu");
  out.integer(6);
  out.end();
  out.integer(0);
  for (const auto& sides : {std::pair{2, 3}, std::pair{3, 1}}) {
    out.begin_tuple();
    out.integer(sides.first);
    out.integer(sides.second);
    out.end();
  }
  out.boolean(false);
  out.end();
  out.end();
  out.text("epoch");
  out.integer(3'000'000'000);
  out.text("more");
  out.begin_list();
  out.none();
  out.bytes(std::as_bytes(std::span(small)));
  out.end();
  out.end();
  const auto bytes = out.finish();
  seeds.push_back({"checkpoint_pickle", "state", bytes});
  seeds.push_back({"pickle", "state", bytes});
  seeds.push_back({"pickle", "state_passing", bytes + "\1"});
  using namespace std::string_literals;
  seeds.push_back({"pickle", "numbers", "\x80\x02(K\xffM\x00\x01J\xff\xff\xff\xff\x8a\x01\x80G\x3f\xf8\0\0\0\0\0\0\x88\x89Nt."s});
  seeds.push_back({"pickle", "memo",
                   "\x80\x04\x95\x20\0\0\0\0\0\0\0]\x94(\x8c\x01"
                   "a\x94h\1C\1zX\1\0\0\0yU\1x\x86\x85\x87}\x94K\1K\2s\x8f(K\1\x90\x91"
                   "e."s});
}

inline std::string celeba_pickle_seed() {
  faceptor::files::pickle::Writer out(2);
  const auto numbers = [&](std::initializer_list<int> values) {
    out.begin_list();
    for (const int value : values) out.integer(value);
    out.end();
  };
  out.begin_dict();
  out.text("image_name");
  out.begin_list();
  for (const char* name : {"1.jpg", "2.jpg"}) out.text(name);
  out.end();
  out.text("attr_name");
  out.begin_list();
  for (const auto name : faceptor::results::kCelebaAttributeNames) out.text(name);
  out.end();
  out.text("attr");
  out.begin_list();
  for (int row = 0; row < 2; ++row) {
    out.begin_list();
    for (std::size_t i = 0; i < faceptor::results::kCelebaAttributeNames.size(); ++i) out.integer(static_cast<int>(i) % 2);
    out.end();
  }
  out.end();
  out.text("partition");
  out.begin_dict();
  out.text("train"), numbers({0});
  out.text("val"), numbers({});
  out.text("trainval"), numbers({0});
  out.text("test"), numbers({1});
  out.end();
  out.end();
  return out.finish();
}

inline void add_sets(std::vector<Seed>& seeds, const TemporaryFolder& folder) {
  using namespace faceptor;
  seeds.push_back({"celeba_pickle", "two", celeba_pickle_seed()});

  const auto picture = encode_png(pictures::smooth(4, 4));
  const std::vector<std::vector<std::byte>> pair = {picture, picture};
  datasets::write_verification_bin(folder / "pairs.bin", pair, {true});
  seeds.push_back({"verification", "pair", read_text(folder / "pairs.bin")});

  datasets::RecordWriter records(folder / "a.rec", folder / "a.idx");
  records.add(0, {.flag = 2, .labels = {2, 1}}, {});
  records.add(1, {.labels = {0}}, picture);
  const auto cut = encoders::little(0xced7230a, 4);  // a record's first number inside one: it is cut into parts there
  records.add(2, {.labels = {1}, .id = 5}, cut);
  records.finish();
  seeds.push_back({"record_io", "three", joined(read_text(folder / "a.idx"), read_text(folder / "a.rec"))});

  for (const bool compressed : {false, true}) {
    const datasets::MatArray arrays[] = {
        datasets::mat_numbers("bbox", 2, 2, {1, 2, 3, 4.5}),
        datasets::mat_cells("nameList", {datasets::mat_text("a.jpg"), datasets::mat_numbers("", 1, 1, {7}), datasets::mat_cells("", {})})};
    datasets::write_mat5(folder / "a.mat", arrays, compressed);
    seeds.push_back({"mat5", compressed ? "compressed" : "plain", read_text(folder / "a.mat")});
  }

  datasets::CofwWriter cofw(folder.path(), "train");
  const std::vector<Point> points(29, Point{1, 2});
  const std::vector<std::uint8_t> visible(29, 1);
  cofw.add(pictures::smooth(3, 2), points, visible);
  cofw.add(pictures::smooth(2, 2), points, visible, true);
  cofw.finish();
  seeds.push_back({"hdf5", "cofw", read_text(folder / "COFW_train_color.mat")});

  for (const char* name : {"latest.h5", "earliest.h5"}) {
    seeds.push_back({"hdf5", name, read_text(tests_folder() / "datasets" / "hdf5" / name)});
  }

  const std::string eight(8, '\0');
  seeds.push_back({"npy", "float64", npy::file("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", eight)});
  seeds.push_back({"npy", "float32", npy::file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1), }", eight, 2)});
  seeds.push_back({"npy", "bytes", npy::file("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4), }", eight)});
}

inline void add_texts(std::vector<Seed>& seeds) {
  seeds.push_back({"label_table", "csv", "name,age,x\na.jpg,31,-1.5e2\n\"b, \"\"c\"\".jpg\",4,\r\n\nc.jpg\t7\n"});
  seeds.push_back({"label_table", "blanks", "\xEF\xBB\xBF a.jpg  1 2\t3 \n"});
  const std::string csv =
      "image,x0,y0,x1,y1,glasses,smile,mood,age,a,b,points0_x,points0_y,split\n"
      "a.jpg,84,60,171,170,1,-1,happy,31,0.5,2,3,4,train\nb.jpg,,,,,0,,sad,-1,1,1,5,6,test\n";
  const std::string json =
      "{\"image\": \"a.jpg\", \"box\": [84, 60, 171, 170], \"label\": 1, \"age\": 31, \"glasses\": 1, \"smile\": 0, "
      "\"mood\": \"sad\", \"a\": 1, \"b\": 2, \"points\": [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], \"split\": "
      "\"train\"}\n{\"image\": \"b.jpg\", \"label\": null, \"split\": \"train\"}\n";
  for (char settings = 0; settings < 6; ++settings) {
    seeds.push_back({"manifest", "csv-" + std::to_string(settings), std::string(1, settings) + csv});
    seeds.push_back({"manifest", "json-" + std::to_string(settings), std::string(1, settings) + json});
  }
  seeds.push_back({"boxes", "lines",
                   "{\"photo\": \"./d//a.jpg\", \"boxes\": [[10, 20, 90, 110]], \"points\": [[[35, 50], [65, 50], [50, 68], [38, 88], [62, "
                   "88]]]}\n{\"photo\": \"b\\u0308.jpg\", \"boxes\": []}\n"});
  seeds.push_back({"boxes", "array", "[{\"photo\": \"a.jpg\", \"boxes\": [[1, 2, 30, 40]], \"points\": [null]}]"});
  seeds.push_back({"boxes", "csv", "photo,x0,y0,x1,y1,score\na.jpg,10,20,90,110,0.5\nc\\b.jpg,,,,\n"});
  seeds.push_back({"configuration", "toml",
                   "# a run\nstart = 1e-6\npeak = 5e-5\nwarmup = 2_000\nsteps = 0x10\n[tasks.\"a b\"]\nlist = [1, 'x', \"y\\u00e4\", true, "
                   "[2.5, inf]]\nt = { k = \"\"\"z\n\"\"\" }\n[[more]]\nx = 1979-05-27\n"});
  seeds.push_back({"configuration", "schedule", "start = 1e-6\npeak = 5e-5\nwarmup = 2000\nsteps = 50000\n"});
  seeds.push_back({"configuration", "json", "{\"start\": 1e-6, \"warmup\": 20, \"steps\": \"x\", \"more\": {\"a\": [null, true]}}"});
}

/// A number `count` times, a separator before each.
inline std::string times(std::size_t count, std::string_view separator, std::string_view number) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(separator).append(number);
  return text;
}

inline void add_published_sets(std::vector<Seed>& seeds, const TemporaryFolder& folder) {
  using namespace faceptor;
  bool downloads = false;
  const auto add = [&](std::string_view format, std::string_view file, std::string_view first, std::string_view second = {}) {
    const auto name = std::string(format) + "-" + std::filesystem::path(file).filename().string();
    seeds.push_back({"published_set", (downloads ? "download-" : "") + name, published_set_of(format, file, first, second)});
  };
  std::string names;
  for (const auto name : results::kCelebaAttributeNames) names.append(" ").append(name);
  const auto attributes = "1" + names.replace(0, 1, "\n") + "\n1.jpg" + times(40, " ", "-1") + "\n";
  add("morph2", "label/RANDOM_80_20/train.txt", "a.jpg 31\n\"b c.jpg\" 0\n");
  add("utkface", "label/train.csv", ",file,age,sex\n0,a.jpg,31,1\n1,b.jpg,116,0\n");
  add("celeba", "list_attr_celeba.txt", attributes, "1.jpg 0\n");
  add("affectnet", "label/train.txt", "a.jpg 3\nb.jpg 7 x\nc.jpg 10\n");
  add("rafdb", "label.txt", "train_1.jpg 1\ntest_1.jpg 7\n");
  add("ferplus", "label/train.txt", "a.png 0\nb.png 7\n", "c.png 1\n");
  add("celebamask_hq", "CelebA-HQ-to-CelebA-mapping.txt", "idx orig_idx orig_file\n0 5 5.jpg\n1 6 6.jpg\n", "5.jpg 0\n6.jpg 2\n");
  add("lapa", "train/landmarks/1.txt", "106" + times(106, "\n", "3 4.5") + "\n");
  for (const auto& [format, points] : {std::pair{"300w", 68}, std::pair{"wflw", 98}}) {
    const auto columns = 2 * static_cast<std::size_t>(points);
    add(format, "face_landmarks_" + std::string(format) + "_train.csv",
        "image_path,scale,center_w,center_h" + times(columns, ",", "x") + "\na.jpg,1.25,50,60" + times(columns, ",", "7.5") + "\n");
  }
  datasets::Ms1mv3Writer records(folder.path());
  records.add(1, encode_png(pictures::smooth(4, 4)));
  records.finish();
  add("ms1mv3", "train.idx", read_text(folder / "train.idx"), read_text(folder / "train.rec"));
  add("cofw", "COFW_train_color.mat", read_text(folder / "COFW_train_color.mat"));  // of `add_sets`
  const datasets::Aflw19Face face{"a.jpg", {1, 2, 30, 40}, Points(19, Point{5, 6}), std::vector<std::uint8_t>(19, 1)};
  const std::vector<datasets::Aflw19Face> faces(2, face);
  datasets::write_aflw19(folder.path(), faces);
  add("aflw19", "AFLWinfo_release.mat", read_text(folder / "AFLWinfo_release.mat"));

  downloads = true;
  add("celeba", "list_landmarks_align_celeba.txt", "1\nlefteye_x\n1.jpg" + times(10, " ", "7") + "\n", attributes);
  const auto list = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression\n1/a.jpg,0,0,4,4,7" +
                    times(135, ";", "7.5") + ",3\n2/b.jpg,0,0,4,4,7;8,9\n";
  add("affectnet", "training.csv", list, list);
  using namespace std::string_literals;
  add("affectnet", "train_set/annotations/1_exp.npy", "\x93NUMPY\1\0\5\0{'<U15\0\0\0"s);
  add("rafdb", "list_patition_label.txt", "train_00001.jpg 5\ntest_0001.jpg 7\n");
  const std::string votes = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n";
  add("ferplus", "fer2013.csv", "emotion,pixels,Usage\n0,7" + times(2303, " ", "8") + ",Training\n",
      votes + "Training,fer0.png,10,0,0,0,0,0,0,0,0,0\n");
}

/// Results, galleries and videos: what this library writes, and is given back by somebody else.
inline void add_own(std::vector<Seed>& seeds, const TemporaryFolder& folder) {
  using namespace faceptor;
  PhotoResult photo;
  photo.photo = "a.jpg";
  photo.width = photo.height = 8;
  Face face({1, 2, 5, 6.5F}, 0.5F, FivePoints{Point{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}});
  face.add({"age", results::AgeEstimate::of(30, 2)});
  face.add({"attributes", results::Attributes({"glasses", "smile"}, {0.25F, 0.75F}, {0.5F, 0.5F})});
  face.add({"recognition", results::Embedding({3, 4}, "abc")});
  face.add({"expression", results::Expression({"calm", "wild"}, {0.75F, 0.25F})});
  face.add({"points", results::Landmarks("own", {{1, 2}})});
  face.add({"maps", results::Maps({"a", "b"}, {0, 0, 2, 1}, 2, 1, {0, 1, 2, 4})});
  face.add({"parsing", results::ParsingMap(-1, 0, 2, 2, {0, 1, 1, 0}, {"background", "skin"}, {{}, {9, 8, 7}})});
  face.add({"classes", results::Probabilities({"x", "y"}, {0.25F, 1})});
  face.add(TaskResult("pose", results::Values({"yaw"}, {-30.5F})).of_view("aligned"));
  photo.faces.push_back(std::move(face));
  for (const bool full : {false, true}) seeds.push_back({"results", full ? "full" : "brief", json_line(photo, {.full = full})});
  photo.faces.clear();
  photo.error = "none";
  photo.untrained = true;
  seeds.push_back({"results", "error", json_line(photo)});

  Gallery gallery("abc", 2);
  gallery.save(folder / "gallery");
  seeds.push_back({"gallery", "empty", read_text(folder / "gallery")});
  gallery.add({.photo = "a.jpg", .person = "ann", .box = {1, 2, 3, 4}, .hash = "h"}, {{3, 4}, "abc"});
  gallery.add({.photo = "b.jpg", .person = "", .box = {1, 2, 3, 4}, .hash = ""}, {{4, 3}, "abc"});
  gallery.save(folder / "gallery");
  seeds.push_back({"gallery", "two", read_text(folder / "gallery")});

  const auto jpeg = encode_jpeg(pictures::smooth(8, 8));
  const std::string picture(files::text_of(jpeg));
  seeds.push_back({"video", "jpegs", picture + "\r\n--boundary\r\n" + picture + picture.substr(0, picture.size() / 2)});
  for (const auto& [pixels, bytes] : {std::pair{"420jpeg", 6}, std::pair{"422", 8}, std::pair{"444", 12}, std::pair{"mono", 4}}) {
    const auto frame = "FRAME\n" + std::string(static_cast<std::size_t>(bytes), 'a');
    const auto header = "YUV4MPEG2 W2 H2 F30000:1001 Ip XCOLORRANGE=FULL C" + std::string(pixels) + "\n";
    seeds.push_back({"video", pixels, header + frame + frame + "FRAME Ip\nab"});
  }
}

inline std::vector<Seed> seeds() {
  std::vector<Seed> out;
  const TemporaryFolder folder;
  add_pictures(out);
  add_weights(out, folder);
  add_sets(out, folder);
  add_published_sets(out, folder);
  add_own(out, folder);
  add_texts(out);
  return out;
}

}  // namespace fuzz
