#pragma once

#include <cstddef>
#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/set_plan.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faceptor::synthetic {

/// Writes the files of one format, picture by picture.
class SetWriter {
 public:
  /// Of a set\'s JPEG files. Little is lost, so that what is learned is not the JPEG.
  static constexpr int kQuality = 95;

  /// What is kept of a picture until its turn comes.
  struct Entry {
    std::vector<std::byte> encoded;  ///< the picture's file, where it doesn't lie in one of its own
    Image image;                     ///< its pixels, where the format stores those
    SyntheticFace face;
  };

  virtual ~SetWriter() = default;

  /// Does what takes long: encodes, writes the files of this picture alone. Called by several threads at once, in any order.
  virtual Entry store(const SetPicture& picture, const SyntheticSample& sample) const = 0;
  /// Adds a picture to what all share. Called in the plan's order.
  virtual void add(const SetPicture& picture, Entry entry) = 0;
  /// Writes what all share.
  virtual void finish() = 0;
};

/// The writer of a plan's format. @param folder  exists; lives in it alone. @throws Error(io)
std::unique_ptr<SetWriter> make_set_writer(const SetPlan& plan, const std::filesystem::path& folder);

/// A set whose pictures are files and whose labels are text: each picture adds a line to one or several files.
class PictureFiles : public SetWriter {
 public:
  /// The name of a text file below the set's folder, and a line for it.
  using Line = std::pair<std::string, std::string>;
  using Lines = std::vector<Line> (*)(const SetPicture& picture, const SyntheticFace& face);

  /// @param headers  first lines of text files
  PictureFiles(const SetPlan& plan, std::filesystem::path folder, Lines lines, std::map<std::string, std::string> headers = {});

  Entry store(const SetPicture& picture, const SyntheticSample& sample) const override;
  void add(const SetPicture& picture, Entry entry) override;
  void finish() override;

 protected:
  const std::filesystem::path& folder() const noexcept { return folder_; }
  const SetPlan& plan() const noexcept { return *plan_; }
  /// Writes a file below the folder, whole or not at all.
  void write_text(const std::string& name, std::string_view text) const;

 private:
  const SetPlan* plan_;
  std::filesystem::path folder_;
  Lines lines_;
  std::map<std::string, std::string> headers_, texts_;
};

}  // namespace faceptor::synthetic
