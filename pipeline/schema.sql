-- The published database: the only crossing between pipeline and dashboard. COMMENT ON is the data dictionary.
CREATE TABLE build (
    build_id VARCHAR PRIMARY KEY,
    built_at TIMESTAMP NOT NULL,
    pipeline_version VARCHAR NOT NULL,
    schema_version INTEGER NOT NULL,
    reports_published INTEGER NOT NULL,
    reports_rejected INTEGER NOT NULL,
    inputs VARCHAR NOT NULL
);
COMMENT ON TABLE build IS '本数据库的一次构建（一行）| This build, one row';
COMMENT ON COLUMN build.build_id IS '报告字节、地点表、目录与代码的散列 | Hash of report bytes, places, corrections, denominators, catalogue and code';
COMMENT ON COLUMN build.built_at IS '构建时间（UTC）| When it was built, UTC';
COMMENT ON COLUMN build.pipeline_version IS '程序版本 | Program version';
COMMENT ON COLUMN build.schema_version IS '表结构版本 | Version of these tables';
COMMENT ON COLUMN build.reports_published IS '已发布报告数 | Reports published';
COMMENT ON COLUMN build.reports_rejected IS '未采用文件数 | Files not used';
COMMENT ON COLUMN build.inputs IS '读取的路径 | Paths that were read';

CREATE TABLE ref_area (
    ref_area VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    initials VARCHAR NOT NULL,
    level VARCHAR NOT NULL CHECK (level IN ('province', 'prefecture', 'county', 'township', 'zone')),
    parent VARCHAR,
    path VARCHAR NOT NULL
);
COMMENT ON TABLE ref_area IS '出现在本库中的地区及其上级 | Areas of this database and their parents';
COMMENT ON COLUMN ref_area.ref_area IS '统计用区划代码 | Statistical division code, text';
COMMENT ON COLUMN ref_area.name IS '名称 | Name';
COMMENT ON COLUMN ref_area.name_en IS '拼音与类型 | Pinyin and type';
COMMENT ON COLUMN ref_area.initials IS '拼音首字母 | Pinyin initials';
COMMENT ON COLUMN ref_area.level IS '层级 | Administrative level';
COMMENT ON COLUMN ref_area.parent IS '上级代码 | Code of the parent';
COMMENT ON COLUMN ref_area.path IS '自省级起的名称，以 / 分隔 | Names from the province down, joined by /';

CREATE TABLE report (
    report_id VARCHAR PRIMARY KEY,
    sha256 VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    status VARCHAR NOT NULL CHECK (status IN ('published', 'rejected', 'unreadable', 'duplicate')),
    reason VARCHAR NOT NULL,
    reader VARCHAR,
    encoding VARCHAR,
    title VARCHAR,
    issuer VARCHAR,
    issuer_kind VARCHAR CHECK (issuer_kind IN ('government', 'subdistrict', 'township', 'zone', 'department')),
    ref_area VARCHAR REFERENCES ref_area (ref_area),
    time_period VARCHAR,
    published_on VARCHAR,
    how_ref_area VARCHAR,
    how_time_period VARCHAR,
    warnings VARCHAR NOT NULL,
    text VARCHAR USING COMPRESSION zstd, -- to find out what suits it best costs a fifth of a build
    CHECK (status <> 'published' OR (ref_area IS NOT NULL AND time_period IS NOT NULL AND text IS NOT NULL))
);
COMMENT ON TABLE report IS '每个读入的文件一行，含未采用者及原因 | One row a file, those not used with the reason';
COMMENT ON COLUMN report.report_id IS 'sha256 的前 16 位 | First 16 hex digits of sha256';
COMMENT ON COLUMN report.sha256 IS '文件散列 | Hash of the file';
COMMENT ON COLUMN report.size IS '文件字节数 | Bytes';
COMMENT ON COLUMN report.source IS '文件名 | File name';
COMMENT ON COLUMN report.status IS 'published 已发布 · rejected 未采用 · unreadable 不可读 · duplicate 重复 | Whether it is used';
COMMENT ON COLUMN report.reason IS '未采用的原因 | Why it is not used, empty when published';
COMMENT ON COLUMN report.reader IS '读取器 | Reader';
COMMENT ON COLUMN report.encoding IS '编码 | Encoding';
COMMENT ON COLUMN report.title IS '标题 | Title';
COMMENT ON COLUMN report.issuer IS '发布机关（原文）| Issuer as written';
COMMENT ON COLUMN report.issuer_kind IS '机关类型 | Kind of issuer';
COMMENT ON COLUMN report.ref_area IS '报告所属地区 | Area the report speaks for';
COMMENT ON COLUMN report.time_period IS '报告年度 | Year the report speaks for';
COMMENT ON COLUMN report.published_on IS '发布日期 | Date of publication';
COMMENT ON COLUMN report.how_ref_area IS '地区如何确定 | How the area was decided';
COMMENT ON COLUMN report.how_time_period IS '年度如何确定 | How the year was decided';
COMMENT ON COLUMN report.warnings IS '读取时的提醒，换行分隔 | Warnings, one a line';
COMMENT ON COLUMN report.text IS '报告全文（原样）| Full text as stored; every span points into it';

CREATE TABLE section (
    report_id VARCHAR NOT NULL REFERENCES report (report_id),
    section_no INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL CHECK (char_end >= char_start),
    kind VARCHAR NOT NULL CHECK (kind IN ('preamble', 'performance', 'shortcomings', 'first_responsible', 'plan', 'other')),
    title VARCHAR NOT NULL,
    PRIMARY KEY (report_id, section_no)
);
COMMENT ON TABLE section IS '报告的章节 | Sections of a report';
COMMENT ON COLUMN section.report_id IS '报告 | Report';
COMMENT ON COLUMN section.section_no IS '序号，从 0 起 | Number from 0';
COMMENT ON COLUMN section.char_start IS '起点 | Start in report.text (code points, from 0)';
COMMENT ON COLUMN section.char_end IS '终点（不含）| End, exclusive';
COMMENT ON COLUMN section.kind IS '章节类型 | Kind of section';
COMMENT ON COLUMN section.title IS '标题 | Heading';

CREATE TABLE sentence (
    report_id VARCHAR NOT NULL,
    sentence_no INTEGER NOT NULL,
    section_no INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL CHECK (char_end >= char_start),
    PRIMARY KEY (report_id, sentence_no),
    FOREIGN KEY (report_id, section_no) REFERENCES section (report_id, section_no)
);
COMMENT ON TABLE sentence IS '报告的句子 | Sentences of a report';
COMMENT ON COLUMN sentence.report_id IS '报告 | Report';
COMMENT ON COLUMN sentence.sentence_no IS '序号，从 0 起 | Number from 0';
COMMENT ON COLUMN sentence.section_no IS '所在章节 | Section it stands in';
COMMENT ON COLUMN sentence.char_start IS '起点 | Start in report.text';
COMMENT ON COLUMN sentence.char_end IS '终点（不含）| End, exclusive';

CREATE TABLE quantity (
    report_id VARCHAR NOT NULL,
    quantity_no INTEGER NOT NULL,
    sentence_no INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL CHECK (char_end > char_start),
    surface VARCHAR NOT NULL,
    value DECIMAL(38, 6),
    value_max DECIMAL(38, 6),
    unit VARCHAR NOT NULL,
    qualifier VARCHAR NOT NULL CHECK (qualifier IN ('exact', 'more_than', 'nearly', 'about', 'at_least', 'at_most')),
    role VARCHAR NOT NULL CHECK (role IN ('metric', 'date', 'year', 'list_number', 'ordinal', 'law_or_policy_name',
        'hotline_or_code', 'slogan_or_idiom', 'doc_artifact', 'other')),
    period VARCHAR NOT NULL CHECK (period IN ('full_year', 'ytd', 'cumulative', 'point_in_time', 'event', 'multi_year', 'prior_year', 'plan')),
    period_end VARCHAR,
    period_note VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    part_of INTEGER,
    classified BOOLEAN NOT NULL,
    PRIMARY KEY (report_id, quantity_no),
    FOREIGN KEY (report_id, sentence_no) REFERENCES sentence (report_id, sentence_no),
    CHECK (role <> 'metric' OR value IS NOT NULL)
);
COMMENT ON TABLE quantity IS '报告中的每个数字表达及其角色 | Every numeral expression with its role';
COMMENT ON COLUMN quantity.report_id IS '报告 | Report';
COMMENT ON COLUMN quantity.quantity_no IS '序号，从 0 起 | Number from 0, in order of the text';
COMMENT ON COLUMN quantity.sentence_no IS '所在句子 | Sentence it stands in';
COMMENT ON COLUMN quantity.char_start IS '起点 | Start in report.text';
COMMENT ON COLUMN quantity.char_end IS '终点（不含）| End, exclusive';
COMMENT ON COLUMN quantity.surface IS '原文写法 | As written';
COMMENT ON COLUMN quantity.value IS '归一数值，万亿展开，减少为负 | Normalised value';
COMMENT ON COLUMN quantity.value_max IS '区间上限 | Upper end of a printed range';
COMMENT ON COLUMN quantity.unit IS '单位（原文）| Unit as written';
COMMENT ON COLUMN quantity.qualifier IS '限定：余、近、约等 | Qualifier';
COMMENT ON COLUMN quantity.role IS '角色：指标或为何不是 | Metric, or why not';
COMMENT ON COLUMN quantity.period IS '时间口径 | Period';
COMMENT ON COLUMN quantity.period_end IS '截止月份 | Cut-off month';
COMMENT ON COLUMN quantity.period_note IS '判断口径的原文词 | Words that decided the period';
COMMENT ON COLUMN quantity.scope IS '范围：whole 或单位名 | Whole area, or the unit as written';
COMMENT ON COLUMN quantity.part_of IS '其总数的序号 | quantity_no of its total';
COMMENT ON COLUMN quantity.classified IS '是否归入某指标 | Whether it has an indicator';

CREATE TABLE indicator (
    indicator VARCHAR PRIMARY KEY,
    domain VARCHAR NOT NULL,
    domain_zh VARCHAR NOT NULL,
    domain_en VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    definition_zh VARCHAR NOT NULL,
    definition_en VARCHAR NOT NULL,
    unit_measure VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('flow', 'stock', 'rate')),
    direction VARCHAR NOT NULL,
    aggregation VARCHAR NOT NULL,
    comparability VARCHAR NOT NULL,
    comparability_note VARCHAR NOT NULL,
    tier INTEGER NOT NULL,
    headline BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    plausible_low DOUBLE,
    plausible_high DOUBLE,
    applies_levels VARCHAR NOT NULL,
    applies_from INTEGER,
    applies_to INTEGER,
    position INTEGER NOT NULL
);
COMMENT ON TABLE indicator IS '指标目录 | The catalogue of indicators';
COMMENT ON COLUMN indicator.indicator IS '指标代码 | Indicator id';
COMMENT ON COLUMN indicator.domain IS '领域代码 | Domain id';
COMMENT ON COLUMN indicator.domain_zh IS '领域 | Domain in Chinese';
COMMENT ON COLUMN indicator.domain_en IS '领域（英文）| Domain in English';
COMMENT ON COLUMN indicator.name_zh IS '名称 | Name in Chinese';
COMMENT ON COLUMN indicator.name_en IS '名称（英文）| Name in English';
COMMENT ON COLUMN indicator.definition_zh IS '定义 | Definition in Chinese';
COMMENT ON COLUMN indicator.definition_en IS '定义（英文）| Definition in English';
COMMENT ON COLUMN indicator.unit_measure IS '单位 | Unit';
COMMENT ON COLUMN indicator.kind IS 'flow 流量 · stock 存量 · rate 比率 | Kind';
COMMENT ON COLUMN indicator.direction IS '方向 | Whether more is better, worse or context';
COMMENT ON COLUMN indicator.aggregation IS '多处陈述时的取数规则 | Which statement is charted when there are several';
COMMENT ON COLUMN indicator.comparability IS '可比性代码 | Comparability code';
COMMENT ON COLUMN indicator.comparability_note IS '可比性说明 | Note on comparability';
COMMENT ON COLUMN indicator.tier IS '1 核心 · 2 常见 · 3 少见 | 1 core, 2 common, 3 rare';
COMMENT ON COLUMN indicator.headline IS '是否总览指标 | Shown on the overview';
COMMENT ON COLUMN indicator.source IS '定义依据 | What the definition rests on';
COMMENT ON COLUMN indicator.plausible_low IS '合理范围下限 | Lower end of the plausible range';
COMMENT ON COLUMN indicator.plausible_high IS '合理范围上限 | Upper end of the plausible range';
COMMENT ON COLUMN indicator.applies_levels IS '适用层级，以 ; 分隔，空为全部 | Levels it applies to, joined by ;, empty for all';
COMMENT ON COLUMN indicator.applies_from IS '适用起始年 | First year it applies to';
COMMENT ON COLUMN indicator.applies_to IS '适用截止年 | Last year it applies to';
COMMENT ON COLUMN indicator.position IS '目录次序 | Order of the catalogue';

CREATE TABLE benchmark (
    indicator VARCHAR NOT NULL REFERENCES indicator (indicator),
    per VARCHAR REFERENCES indicator (indicator),
    kind VARCHAR NOT NULL CHECK (kind IN ('mean', 'floor')),
    obs_value DOUBLE NOT NULL,
    unit_measure VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    label_zh VARCHAR NOT NULL,
    label_en VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    url VARCHAR NOT NULL
);
COMMENT ON TABLE benchmark IS '已有出处的参照值与要求 | Means and requirements that a published source states';
COMMENT ON COLUMN benchmark.indicator IS '指标 | Indicator';
COMMENT ON COLUMN benchmark.per IS '按哪项指标计，空为数值本身 | Indicator it is counted by, empty for the value itself';
COMMENT ON COLUMN benchmark.kind IS 'mean 平均 · floor 最低要求 | Mean or requirement';
COMMENT ON COLUMN benchmark.obs_value IS '数值 | Value';
COMMENT ON COLUMN benchmark.unit_measure IS '单位 | Unit';
COMMENT ON COLUMN benchmark.year IS '年度 | Year';
COMMENT ON COLUMN benchmark.label_zh IS '名称 | Label in Chinese';
COMMENT ON COLUMN benchmark.label_en IS '名称（英文）| Label in English';
COMMENT ON COLUMN benchmark.source IS '出处 | Source';
COMMENT ON COLUMN benchmark.url IS '出处地址 | Address of the source';
CREATE TABLE per (
    indicator VARCHAR NOT NULL REFERENCES indicator (indicator),
    denominator VARCHAR NOT NULL,
    factor INTEGER NOT NULL CHECK (factor > 0),
    PRIMARY KEY (indicator, denominator)
);
COMMENT ON TABLE per IS '每个指标可以除以什么 | What an indicator may be divided by';
COMMENT ON COLUMN per.indicator IS '指标 | Indicator';
COMMENT ON COLUMN per.denominator IS '分母：指标，或 denominator 表的概念 | Denominator: an indicator, or a concept of the table denominator';
COMMENT ON COLUMN per.factor IS '每多少个分母 | Per so many of the denominator';

CREATE TABLE regime_break (
    indicator VARCHAR NOT NULL REFERENCES indicator (indicator),
    starts_on DATE NOT NULL,
    zh VARCHAR NOT NULL,
    en VARCHAR NOT NULL,
    PRIMARY KEY (indicator, starts_on)
);
COMMENT ON TABLE regime_break IS '制度变更造成的序列中断 | Breaks in series made by changes of the law';
COMMENT ON COLUMN regime_break.indicator IS '指标 | Indicator';
COMMENT ON COLUMN regime_break.starts_on IS '自何日起 | From this day on';
COMMENT ON COLUMN regime_break.zh IS '变更内容 | What changed, in Chinese';
COMMENT ON COLUMN regime_break.en IS '变更内容（英文）| What changed, in English';

CREATE TABLE denominator (
    ref_area VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    concept VARCHAR NOT NULL,
    obs_value DECIMAL(38, 6) NOT NULL CHECK (obs_value > 0),
    source VARCHAR NOT NULL,
    PRIMARY KEY (ref_area, time_period, concept)
);
COMMENT ON TABLE denominator IS '报告以外、注明来源的分母 | Sourced denominators from outside the reports';
COMMENT ON COLUMN denominator.ref_area IS '地区代码 | Area code';
COMMENT ON COLUMN denominator.time_period IS '年度 | Year';
COMMENT ON COLUMN denominator.concept IS '概念，如常住人口 | Concept, such as residents';
COMMENT ON COLUMN denominator.obs_value IS '数值 | Value';
COMMENT ON COLUMN denominator.source IS '来源 | Source';

CREATE TABLE code (
    code_list VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    zh VARCHAR NOT NULL,
    en VARCHAR NOT NULL,
    PRIMARY KEY (code_list, code)
);
COMMENT ON TABLE code IS '代码表：口径、状态、分类等 | Code lists: categories, statuses, periods …';
COMMENT ON COLUMN code.code_list IS '代码表名；分类为 category:键 | Name of the list; categories are category:<key>';
COMMENT ON COLUMN code.code IS '代码 | Code';
COMMENT ON COLUMN code.zh IS '中文 | Chinese';
COMMENT ON COLUMN code.en IS '英文 | English';

CREATE TABLE observation (
    observation_id VARCHAR PRIMARY KEY,
    report_id VARCHAR NOT NULL REFERENCES report (report_id),
    ref_area VARCHAR NOT NULL REFERENCES ref_area (ref_area),
    time_period VARCHAR NOT NULL CHECK (regexp_matches(time_period, '^[0-9]{4}')),
    indicator VARCHAR NOT NULL REFERENCES indicator (indicator),
    category VARCHAR NOT NULL CHECK (json_valid(category)),
    fact VARCHAR NOT NULL CHECK (fact IN ('level', 'change_abs', 'change_pct', 'change_pp', 'share', 'target', 'norm')),
    obs_value DECIMAL(38, 6) NOT NULL,
    unit_measure VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL CHECK (obs_status IN ('A', 'B', 'D', 'E', 'L', 'M', 'O', 'P', 'Q', 'U', 'V')),
    obs_status_all VARCHAR NOT NULL,
    qualifier VARCHAR NOT NULL CHECK (qualifier IN ('exact', 'more_than', 'nearly', 'about', 'at_least', 'at_most')),
    period VARCHAR NOT NULL CHECK (period IN ('full_year', 'ytd', 'cumulative', 'point_in_time', 'event', 'multi_year', 'prior_year', 'plan')),
    period_end VARCHAR,
    scope VARCHAR NOT NULL,
    method VARCHAR NOT NULL CHECK (method IN ('stated', 'derived', 'implied', 'worded', 'corrected')),
    charted BOOLEAN NOT NULL,
    confidence DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    sentence_no INTEGER,
    formula VARCHAR,
    comment VARCHAR NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE observation IS '观测值：地区 × 年 × 指标 | Observations: area × year × indicator';
COMMENT ON COLUMN observation.observation_id IS '观测值代码，重建后不变 | Id, survives rebuilds';
COMMENT ON COLUMN observation.report_id IS '出处报告 | Report it comes from';
COMMENT ON COLUMN observation.ref_area IS '地区 | Area';
COMMENT ON COLUMN observation.time_period IS '年度（文本）| Year the figure speaks for, text';
COMMENT ON COLUMN observation.indicator IS '指标 | Indicator';
COMMENT ON COLUMN observation.category IS '分类（JSON 对象）| Category as a JSON object, {} for none';
COMMENT ON COLUMN observation.fact IS '事实类型 | Kind of fact; only level is charted';
COMMENT ON COLUMN observation.obs_value IS '数值 | Value';
COMMENT ON COLUMN observation.unit_measure IS '单位 | Unit of the catalogue';
COMMENT ON COLUMN observation.obs_status IS 'SDMX 观测状态 | SDMX observation status, the winner';
COMMENT ON COLUMN observation.obs_status_all IS '全部状态，以 ; 分隔 | All statuses, joined by ;';
COMMENT ON COLUMN observation.qualifier IS '限定 | Qualifier';
COMMENT ON COLUMN observation.period IS '时间口径 | Period';
COMMENT ON COLUMN observation.period_end IS '截止月份 | Cut-off month YYYY-MM';
COMMENT ON COLUMN observation.scope IS '范围 | Scope';
COMMENT ON COLUMN observation.method IS 'stated 报告所述 · derived 由所述数推算 · implied 由他年报告推得 | How it is known';
COMMENT ON COLUMN observation.charted IS '是否作为该年数值绘图 | Whether it stands for its area and year in charts';
COMMENT ON COLUMN observation.confidence IS '把握程度 0—1 | Confidence 0 to 1';
COMMENT ON COLUMN observation.sentence_no IS '所在句子 | Sentence';
COMMENT ON COLUMN observation.formula IS '推算公式 | Formula of a derived value';
COMMENT ON COLUMN observation.comment IS '备注 | Note';
COMMENT ON COLUMN observation.reason IS '归类理由 | Why this indicator';

CREATE TABLE observation_quantity (
    observation_id VARCHAR NOT NULL REFERENCES observation (observation_id),
    report_id VARCHAR NOT NULL,
    quantity_no INTEGER NOT NULL,
    PRIMARY KEY (observation_id, quantity_no),
    FOREIGN KEY (report_id, quantity_no) REFERENCES quantity (report_id, quantity_no)
);
COMMENT ON TABLE observation_quantity IS '观测值所依据的数字 | Quantities an observation rests on';
COMMENT ON COLUMN observation_quantity.observation_id IS '观测值 | Observation';
COMMENT ON COLUMN observation_quantity.report_id IS '报告 | Report';
COMMENT ON COLUMN observation_quantity.quantity_no IS '数字序号 | Quantity';

CREATE TABLE observation_input (
    observation_id VARCHAR NOT NULL REFERENCES observation (observation_id),
    input_id VARCHAR NOT NULL REFERENCES observation (observation_id),
    PRIMARY KEY (observation_id, input_id)
);
COMMENT ON TABLE observation_input IS '推算值的来源 | What a derived observation was computed from';
COMMENT ON COLUMN observation_input.observation_id IS '推算值 | Derived observation';
COMMENT ON COLUMN observation_input.input_id IS '来源观测值 | Input observation';

CREATE TABLE finding (
    finding_id INTEGER PRIMARY KEY,
    report_id VARCHAR NOT NULL REFERENCES report (report_id),
    rule VARCHAR NOT NULL,
    severity VARCHAR NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
    message VARCHAR NOT NULL,
    message_en VARCHAR NOT NULL,
    quantities VARCHAR NOT NULL
);
COMMENT ON TABLE finding IS '核对发现 | What does not add up';
COMMENT ON COLUMN finding.finding_id IS '序号 | Number';
COMMENT ON COLUMN finding.report_id IS '报告 | Report';
COMMENT ON COLUMN finding.rule IS '规则 | Rule';
COMMENT ON COLUMN finding.severity IS 'error 冲突 · warning 提醒 · info 说明 | Severity';
COMMENT ON COLUMN finding.message IS '说明（中英文）| Message in both languages';
COMMENT ON COLUMN finding.message_en IS '说明（英文）| Message in English';
COMMENT ON COLUMN finding.quantities IS '所涉数字序号（JSON 数组）| quantity_no values, JSON array';

CREATE TABLE correction (
    observation_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL CHECK (decision IN ('confirm', 'correct', 'reject')),
    obs_value DECIMAL(38, 6),
    who VARCHAR NOT NULL,
    decided_on VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    PRIMARY KEY (observation_id)
);
COMMENT ON TABLE correction IS '人工复核决定 | Reviewers'' decisions';
COMMENT ON COLUMN correction.observation_id IS '观测值 | Observation';
COMMENT ON COLUMN correction.decision IS 'confirm 确认 · correct 更正 · reject 否定 | Decision';
COMMENT ON COLUMN correction.obs_value IS '更正后的数值 | Corrected value';
COMMENT ON COLUMN correction.who IS '复核人 | Who';
COMMENT ON COLUMN correction.decided_on IS '日期 | When';
COMMENT ON COLUMN correction.why IS '理由 | Why';

CREATE TABLE document (
    report_no INTEGER PRIMARY KEY,
    report_id VARCHAR NOT NULL UNIQUE REFERENCES report (report_id),
    words INTEGER NOT NULL
);
COMMENT ON TABLE document IS '全文索引：已发布报告的编号与长度 | Full-text index: number and length of each published report';
COMMENT ON COLUMN document.report_no IS '编号，从 0 起，随构建而变 | Number from 0, of this build only';
COMMENT ON COLUMN document.report_id IS '报告 | Report';
COMMENT ON COLUMN document.words IS '词数 | Number of words';

CREATE TABLE posting (
    word VARCHAR NOT NULL,
    report_no INTEGER NOT NULL,
    count INTEGER NOT NULL
);
COMMENT ON TABLE posting IS '全文索引：每个词在每份报告中的次数，按词排列 | Full-text index: how often each report uses each word, ordered by word';
COMMENT ON COLUMN posting.word IS '词（两字以上，长词中的短词也单列）| Word of two or more characters; words within a longer one have rows of their own';
COMMENT ON COLUMN posting.report_no IS '报告编号 | Number of the report';
COMMENT ON COLUMN posting.count IS '次数 | How often';

CREATE TABLE word (
    word VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    reports INTEGER NOT NULL,
    count BIGINT NOT NULL
);
COMMENT ON TABLE word IS '各层级有多少份报告用到每个词 | How many reports of each level use each word';
COMMENT ON COLUMN word.word IS '词 | Word';
COMMENT ON COLUMN word.level IS '层级 | Administrative level';
COMMENT ON COLUMN word.reports IS '报告数 | Reports that use it';
COMMENT ON COLUMN word.count IS '总次数 | How often in all';
