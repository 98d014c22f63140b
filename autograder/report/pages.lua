-- A pandoc reader: a JSON list of pages (text, folder) becomes one document. A comment stands before
-- each page, and the pictures of a page are looked for in its folder.

local FORMAT = 'commonmark+tex_math_dollars+pipe_tables+strikeout'

function Reader(input)
  local blocks = pandoc.Blocks {}
  for _, page in ipairs(pandoc.json.decode(tostring(input), false)) do
    local function in_folder(image)
      image.src = page.folder .. '/' .. image.src
      return image
    end
    blocks:insert(pandoc.RawBlock('html', '<!-- page -->'))
    blocks:extend(pandoc.read(page.text, FORMAT):walk({Image = in_folder}).blocks)
  end
  return pandoc.Pandoc(blocks)
end
